import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openTenure, writeWorkspace } from '../../src/app/index.ts';
import { buildFixedClock } from '../../src/base/index.ts';
import type { Engine } from '../../src/engines/index.ts';
import { openModels, openRawCopy, runModels } from './models-in-memory.ts';
import { PERIOD_CHANGES } from './period-changes.ts';

const AS_OF = '2026-03-14';
/** The days the company is looked at from, and what is special about them. */
const DAYS = {
  '2025-04-30': 'a month-end before the history of days, before the first ticket',
  '2025-10-31': 'a month-end before the history of days, in a gap of events and tickets',
  '2025-11-28': 'the windows of a week have events again, those of tickets not yet',
  '2026-01-05': 'customers away, opportunities open',
  '2026-02-12': 'customers back',
  [AS_OF]: 'the day itself',
} as const;
const vars = { company_history_days: 120 };
const SELECT = ['+mart_customer_churn_features', '+mart_customer_expansion_features'];

/** Sources begin late or fall silent; customers use and ask before they sign, sign late, leave, return, upgrade. */
const CUTS = [
  "delete from raw.support_tickets where created_date < '2025-06-01'",
  ...[
    ['raw.usage_events', 'timestamp'],
    ['raw.support_tickets', 'created_date'],
  ].map(([table, time]) => `delete from ${table} where ${time} >= '2025-09-10' and ${time} < '2025-11-25'`),
  "delete from raw.support_tickets where created_date >= '2025-11-25' and created_date < '2025-12-20'",
  `update raw.support_tickets set resolved_at = timestamptz '2026-01-20 08:00:00+00', resolution_time = 500
     where created_date between '2025-12-20' and '2026-01-05'`,
  "delete from raw.gtm_opportunities where created_at < '2025-06-01'",
  'delete from raw.opportunity_stage_history where opp_id not in (select opp_id from raw.gtm_opportunities)',
  `create table customer_places as
     select customer_id, row_number() over (order by customer_id) % 6 as place from raw.customers`,
  // Their first events and tickets now lie before the signup.
  `update raw.customers set signup_date = signup_date + 45, upgrade_date = signup_date + 100
     where customer_id in (select customer_id from customer_places where place = 0)`,
  `delete from raw.subscription_periods
     where customer_id in (select customer_id from customer_places where place in (0, 3))`,
  ...PERIOD_CHANGES,
  // Half of the opportunities become expansions of customers; a third are known by their own row alone, since a load.
  `update raw.gtm_opportunities set opportunity_type = 'expansion', customer_id = coalesce(
       customer_id, (select min(customer_id) from customer_places where place = hash(opp_id) % 6)
     ) where hash(opp_id) % 2 = 0`,
  'delete from raw.opportunity_stage_history where hash(opp_id) % 3 = 0',
  "update raw.gtm_opportunities set _loaded_at = timestamptz '2025-12-15 12:00:00+00' where hash(opp_id) % 3 = 0",
  'update raw.opportunity_stage_history set amount = null where hash(opp_id) % 5 = 0',
  "update raw.gtm_opportunities set _loaded_at = timestamptz '2026-01-20 12:00:00+00' where hash(opp_id) % 5 = 0",
];

const MARTS = {
  mart_customer_churn_features: 'true',
  mart_customer_expansion_features: 'not is_upgraded',
} as const;

describe('the predictor row of a day', () => {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'tenure-'));
  let engine: Engine;

  beforeAll(async () => {
    writeWorkspace(folder);
    const tenure = openTenure({ folder, clock: buildFixedClock('2026-03-14T20:00:00Z') });
    await tenure.generate({ preset: 'demo', customers: 40, seed: 5, asOf: AS_OF });
    engine = await openRawCopy(path.join(folder, 'raw.duckdb'));
    for (const cut of CUTS) await engine.execute(cut);
    await runModels(engine, openModels({ asOf: AS_OF, vars }), ['+int_training_snapshots']);
    await engine.execute('create schema later');
    for (const name of ['int_customer_predictor_days', 'int_training_snapshots']) {
      await engine.execute(`create table later.${name} as from intermediate.${name}`);
    }
  });
  afterAll(async () => {
    await engine?.close();
    fs.rmSync(folder, { recursive: true, force: true });
  });

  async function fetchNumber(sql: string): Promise<number> {
    const [row] = await engine.query(sql);
    return Number(Object.values(row ?? {})[0]);
  }

  async function listColumns(schema: string, name: string): Promise<readonly string[]> {
    return (await engine.listColumns(schema, name)).map((column) => `${column.name} ${column.type}`);
  }

  it.each(Object.entries(DAYS))('of %s (%s) is what the marts showed on it, cell by cell', async (day) => {
    await runModels(engine, openModels({ asOf: day, vars }), SELECT);
    for (const [mart, condition] of Object.entries(MARTS)) {
      const described = await listColumns('marts', mart);
      expect(await listColumns('later', 'int_customer_predictor_days')).toEqual(
        expect.arrayContaining([...described]),
      );
      for (const column of described.map((text) => text.split(' ')[0])) {
        const then = `select customer_id, ${column} as cell from marts.${mart}`;
        const later = `select customer_id, ${column} as cell from later.int_customer_predictor_days
          where metric_date = '${day}' and ${condition}`;
        const differing = await engine.query(
          `(${then} except all ${later}) union all (${later} except all ${then}) limit 3`,
        );
        expect(differing, `${mart}.${column}`).toEqual([]);
      }
    }
  });

  it('is compared where it is hard: every trap of the data is met', async () => {
    const days = Object.keys(DAYS).map((day) => `'${day}'`);
    const rows = `later.int_customer_predictor_days where metric_date in (${days.join(', ')})`;
    const traps: Readonly<Record<string, string>> = {
      'a source not there yet': `select count(*) from ${rows} and high_priority_tickets is null`,
      'an empty window of a source': `select count(*) from ${rows} and tickets_last_30d is null and high_priority_tickets > 0`,
      'a week without events known': `select count(*) from ${rows} and events_last_7d is null and total_events > 0`,
      'no opportunity known of at all': `select count(*) from ${rows} and has_open_expansion_opp is null`,
      'an open expansion': `select count(*) from ${rows} and expansion_opp_amount > 0`,
      'an open expansion of unknown value': `select count(*) from ${rows} and has_open_expansion_opp and expansion_opp_amount is null`,
      'upgraded customers': `select count(*) from ${rows} and is_upgraded`,
      'usage before the signup': `select count(*) from raw.usage_events e join raw.customers c using (customer_id)
         where e.timestamp < c.signup_date`,
      'tickets open on a day and resolved later': `select count(*) from raw.support_tickets
         where created_date < '2026-01-05' and resolved_at > '2026-01-06'`,
      'changes of mrr': `select count(*) from (select customer_id from ${rows} group by 1 having count(distinct mrr) > 1)`,
      'customers that were away': `select count(*) from customer_places where place = 2 and customer_id not in
         (select customer_id from ${rows} and metric_date = '2026-01-05')
         and customer_id in (select customer_id from ${rows} and metric_date = '2026-02-12')`,
    };
    const missing: string[] = [];
    for (const [trap, sql] of Object.entries(traps)) if ((await fetchNumber(sql)) === 0) missing.push(trap);
    expect(missing).toEqual([]);
  });

  it('is there for every day of the history and every month-end before it, and for nothing else', async () => {
    const strange = await fetchNumber(`select count(*) from later.int_customer_predictor_days
      where metric_date <= date '${AS_OF}' - 120 and not is_month_end or is_month_end <> (metric_date = last_day(metric_date))`);
    expect(strange).toBe(0);
    const rows = await engine.query(`select count(distinct metric_date)::integer as days,
        count(distinct metric_date) filter (metric_date > date '${AS_OF}' - 120)::integer as recent,
        min(metric_date) = (select last_day(min(signup_date)) from raw.customers) as begins
      from later.int_customer_predictor_days`);
    expect(rows[0]).toMatchObject({ recent: 120, begins: true });
    expect(Number(rows[0]?.['days'])).toBeGreaterThan(125);
  });
});
