import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  generateFiles,
  type MilestoneReport,
  openTenure,
  type Tenure,
  writeWorkspace,
} from '../../src/app/index.ts';
import { buildFixedClock } from '../../src/base/index.ts';
import { listTables } from '../../src/contract/index.ts';
import { type DuckdbEngine, openDuckdb } from '../../src/engines/index.ts';

const FIRST_DAY = '2026-03-10';
/** A load and a build each; the last load is of rows that came late, for days that were built before. */
const DAYS = [FIRST_DAY, '2026-03-11', '2026-03-14', '2026-03-14'];
const clock = buildFixedClock('2026-03-20T06:00:00Z');

/** The day a row of a table came to be known; tables that are not named come whole with the first load. */
const DATED: Readonly<Record<string, string>> = {
  usage_events: 'timestamp',
  product_sessions: 'started_at',
  support_tickets: 'created_date',
  survey_responses: 'sent_at',
  device_days: 'day',
  sales_activities: 'occurred_at',
  users: 'created_at',
  gtm_opportunities: 'created_at',
  opportunity_stage_history: 'entered_at',
  leads: 'created_at',
  email_sends: 'sent_at',
  campaigns_daily: 'date',
  sessions: 'session_start',
  attribution_touchpoints: 'timestamp',
  conversions: 'timestamp',
};

/** What is wrong in the load a row first comes with, of one row in 20; the next load puts it right. */
const WRONG: Readonly<Record<string, string>> = {
  usage_events: 'quantity + 3 as quantity',
  support_tickets: `'low' as priority`,
  customers: `'Misspelt' as name`,
  subscription_periods: 'mrr + 100 as mrr',
};

/** Writes the files of every load: of recent rows one in 30 comes one load late, and one in 20 with a fault. */
async function writeLoads(company: string, folder: string): Promise<void> {
  const engine = await openDuckdb({ path: ':memory:' });
  for (const { name, key } of listTables()) {
    const file = path.join(company, `${name}.parquet`);
    const column = DATED[name];
    const isRecent = column === undefined ? 'true' : `${column}::date > date '2026-02-25'`;
    const due = DAYS.map((day, index) => `when ${column}::date <= date '${day}' then ${index}`).join(' ');
    const chance = `hash(${key.join(', ')})`;
    await engine.execute(
      `create or replace table rows as
       select *, due + case when ${isRecent} and ${chance} % 30 = 0 and due < ${DAYS.length - 1} then 1 else 0 end as comes
       from (select *, ${column === undefined ? '0' : `case ${due} end`} as due from '${file}')`,
    );
    for (const [index] of DAYS.entries()) {
      const target = path.join(folder, String(index), `${name}.parquet`);
      fs.mkdirSync(path.dirname(target), { recursive: true });
      const wrong = WRONG[name];
      const isWrong = `${isRecent} and ${chance} % 20 = 1 and comes < ${DAYS.length - 1}`;
      const plain = 'select * exclude (due, comes) from rows';
      const parts =
        wrong === undefined
          ? [`${plain} where comes = ${index}`]
          : [
              `${plain} where comes = ${index} and not (${isWrong})`,
              `select * exclude (due, comes) replace (${wrong}) from rows where comes = ${index} and ${isWrong}`,
              `${plain} where comes = ${index - 1} and ${isWrong}`,
            ];
      await engine.execute(`copy (${parts.join(' union all ')}) to '${target}' (format parquet)`);
    }
  }
  await engine.close();
}

async function openBuilt(file: string, other: string): Promise<DuckdbEngine> {
  const engine = await openDuckdb({ path: file, isReadOnly: true });
  await engine.attach(other, 'other', { isReadOnly: true });
  return engine;
}

/** Numbers that stand for names within one warehouse, and the table that says for which. */
const KEYS: Readonly<Record<string, { readonly names: string; readonly table: string }>> = {
  user_key: { names: 'customer_id as key_customer, user_id as key_user', table: 'int_user_keys' },
  customer_key: { names: 'any_value(customer_id) as key_owner', table: 'int_user_keys' },
  feature_key: { names: 'feature_id as key_feature', table: 'int_feature_keys' },
};

/** The rows of a table, with names in the place of numbers that may differ from build to build. */
function renderNamed(columns: readonly string[], database: string, relation: string): string {
  const keys = columns.filter((column) => column in KEYS);
  const names = keys.map((key) => {
    const { names: list, table } = KEYS[key] ?? { names: '', table: '' };
    return `left join (select ${key}, ${list} from ${database}intermediate.${table} group by all) as of_${key} using (${key})`;
  });
  const kept = keys.length === 0 ? '*' : `* exclude (${keys.join(', ')})`;
  return `select ${kept} from ${database}${relation} ${names.join(' ')}`;
}

/** The tables of the models that differ between two warehouses, with how many rows stand in one of them only. */
async function listDifferences(file: string, other: string): Promise<readonly string[]> {
  const engine = await openBuilt(file, other);
  try {
    const relations = (await engine.listRelations()).filter(
      ({ schema, kind }) =>
        kind === 'table' && ['staging', 'intermediate', 'marts', 'entity'].includes(schema),
    );
    const differing: string[] = [];
    for (const { schema, name } of relations) {
      // What was restated says how it was built, not what is known.
      if (name === 'int_restated_customers') continue;
      const own = `${schema}.${name}`;
      const columns = (await engine.listColumns(schema, name)).map((column) => column.name);
      const [here, there] = ['', 'other.'].map((database) => renderNamed(columns, database, own));
      const [row] = await engine.query(
        `select (select count(*) from (${here} except all ${there}))
           + (select count(*) from (${there} except all ${here})) as n`,
      );
      if (row?.['n'] !== 0) differing.push(`${own}: ${row?.['n']}`);
    }
    return differing;
  } finally {
    await engine.close();
  }
}

async function countLedger(file: string): Promise<number> {
  const engine = await openDuckdb({ path: file, isReadOnly: true });
  const [row] = await engine.query('select count(*) as n from intermediate.int_customer_days');
  await engine.close();
  return Number(row?.['n']);
}

/** A company whose data came in four loads, built after each of them. */
describe('a build that goes on from the last one', () => {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'tenure-continued-'));
  const workspace = path.join(folder, 'workspace');
  const warehouse = path.join(workspace, 'warehouse.duckdb');
  const kept = (index: number) => path.join(folder, `${index}.duckdb`);
  const rows: ReadonlyMap<string, number | null>[] = [];
  const noticed: (MilestoneReport | null)[] = [];
  let tenure: Tenure;

  const build = async (asOf: string, isAnew = false) => {
    const report = await tenure.build({ asOf, exclude: ['resource_type:test'], fullRefresh: isAnew });
    expect(report.summary.results.filter(({ status }) => status === 'error')).toEqual([]);
    noticed.push(report.milestones);
    return new Map(report.summary.results.map((result) => [result.name, result.rows] as const));
  };

  beforeAll(async () => {
    const company = path.join(folder, 'company');
    await generateFiles({
      folder: company,
      formats: ['parquet'],
      preset: 'demo',
      customers: 30,
      days: 250,
      seed: 3,
      asOf: '2026-03-14',
    });
    await writeLoads(company, folder);
    writeWorkspace(workspace);
    // Several threads give rows in any order: the same cells must come of them.
    fs.appendFileSync(path.join(workspace, 'tenure.yml'), 'threads: 2\n');
    tenure = openTenure({ folder: workspace, clock });
    for (const [index, day] of DAYS.entries()) {
      const report = await tenure.load({ paths: [path.join(folder, String(index))] });
      expect(report.rejected).toBe(0);
      rows.push(await build(day));
      fs.copyFileSync(warehouse, kept(index));
    }
  });
  afterAll(() => fs.rmSync(folder, { recursive: true, force: true }));

  it('holds what a build of all days holds, cell by cell', async () => {
    await build(DAYS.at(-1) as string, true);
    expect(await listDifferences(kept(DAYS.length - 1), warehouse)).toEqual([]);
  });

  it('has noticed every milestone a look at all days finds, and none that it does not', () => {
    expect(noticed.slice(0, DAYS.length).map((report) => report?.isWhole)).toEqual([
      true,
      false,
      false,
      false,
    ]);
    const whole = noticed[DAYS.length];
    expect(whole?.isWhole).toBe(true);
    expect(whole?.counts).toEqual({ recorded: 0, historical: 0, moved: 0, restored: 0, revoked: 0 });
    const later = noticed.slice(1, DAYS.length).map((report) => Number(report?.counts.recorded));
    expect(later.some((recorded) => recorded > 0)).toBe(true);
  });

  it('states few days again', () => {
    const [first, next] = rows;
    for (const model of ['int_customer_event_days', 'int_customer_days', 'int_customer_rates']) {
      expect(Number(next?.get(model)), model).toBeLessThan(Number(first?.get(model)) / 2);
    }
  });

  it('changes the days that late rows touch, and no day before them', async () => {
    const last = DAYS.length - 1;
    const engine = await openBuilt(kept(last), kept(last - 1));
    try {
      const changed = await engine.query(
        `select customer_id, metric_date::varchar as day from intermediate.int_customer_days as now
         inner join other.intermediate.int_customer_days as before using (customer_id, metric_date)
         where now.events <> before.events order by all`,
      );
      const late = await engine.query(
        `select distinct customer_id, timestamp::date::varchar as day from raw.usage_events
         where _batch_id = ${last + 1} and event_id not in (select event_id from other.raw.usage_events) order by all`,
      );
      expect(changed.length).toBeGreaterThan(5);
      expect(changed).toEqual(late);
      const [early] = await engine.query(
        `select count(*) as n from (
           from intermediate.int_customer_rates except all from other.intermediate.int_customer_rates
         ) as moved inner join intermediate.int_restated_customers as restated using (customer_id)
         where moved.metric_date < restated.restate_from`,
      );
      expect(early).toEqual({ n: 0 });
    } finally {
      await engine.close();
    }
  });

  it('begins anew when a batch is taken back', async () => {
    await tenure.undo(String(DAYS.length));
    const again = await build(DAYS.at(-1) as string);
    expect(again.get('int_customer_days')).toBe(await countLedger(warehouse));
    expect(await listDifferences(kept(DAYS.length - 2), warehouse)).toEqual([]);
  });
});
