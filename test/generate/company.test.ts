import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { buildFixedClock, quoteIdentifier, quoteRelation } from '../../src/base/index.ts';
import { listTables } from '../../src/contract/index.ts';
import { type DuckdbEngine, openDuckdb } from '../../src/engines/index.ts';
import { buildCompanyPlan, writeCompany } from '../../src/generate/index.ts';
import { openRawStore } from '../../src/load/index.ts';

const plan = buildCompanyPlan({ customers: 200, days: 500, asOf: '2026-03-01', seed: 42 });
const END = `timestamptz '2026-03-02 00:00:00+00'`;

let engine: DuckdbEngine;
beforeAll(async () => {
  engine = await openDuckdb({ path: ':memory:' });
  await openRawStore(engine, buildFixedClock('2026-03-02T00:00:00Z'));
  await writeCompany(engine, { plan, loadedAt: '2026-03-02T00:00:00Z', batchId: '1', source: 'synthetic' });
});
afterAll(() => engine.close());

async function count(sql: string): Promise<number> {
  const [row] = await engine.query(`select count(*) as n from (${sql})`);
  return Number(row?.['n']);
}

const TABLES = listTables();

describe.each(TABLES.map((table) => [`${table.schema}.${table.name}`, table] as const))(
  '%s',
  (name, table) => {
    const relation = quoteRelation(table.schema, table.name);

    test('has rows, and its key is unique', async () => {
      expect(await count(`from ${relation}`)).toBeGreaterThan(0);
      const key = table.key.map(quoteIdentifier).join(', ');
      expect(await count(`select ${key} from ${relation} group by all having count(*) > 1`)).toBe(0);
    });

    test('keeps to the contract', async () => {
      for (const column of table.columns) {
        const cell = quoteIdentifier(column.name);
        const faults: string[] = [];
        if (column.isRequired) faults.push(`${cell} is null`);
        if (column.values)
          faults.push(`${cell} not in (${column.values.map((value) => `'${value}'`).join(', ')})`);
        if (column.minimum !== undefined) faults.push(`${cell} < ${column.minimum}`);
        if (column.maximum !== undefined) faults.push(`${cell} > ${column.maximum}`);
        if (faults.length === 0) continue;
        expect(await count(`from ${relation} where ${faults.join(' or ')}`), `${name}.${column.name}`).toBe(
          0,
        );
      }
    });

    test('points at rows that are there', async () => {
      for (const column of table.columns) {
        if (column.references === undefined) continue;
        const [schema = '', target = '', key = ''] = column.references.split('.');
        const [cell, found] = [quoteIdentifier(column.name), quoteIdentifier(key)];
        const orphans = `select ${cell} from ${relation} where ${cell} is not null
        and ${cell} not in (select ${found} from ${quoteRelation(schema, target)})`;
        expect(await count(orphans), `${name}.${column.name}`).toBe(0);
      }
    });

    test('says nothing of the time after the last day', async () => {
      for (const column of table.columns) {
        // A term's end, a target and an expected close are plans, and may lie ahead.
        if (['term_end', 'target_date', 'close_date', 'period_end'].includes(column.name)) continue;
        if (column.type !== 'timestamp' && column.type !== 'date') continue;
        const late = `from ${relation} where ${quoteIdentifier(column.name)} >= ${END}`;
        expect(await count(late), `${name}.${column.name}`).toBe(0);
      }
    });
  },
);

test('UUIDs are valid version 4', async () => {
  const uuid = '^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$';
  for (const [table, column] of [
    ['raw.customers', 'customer_id'],
    ['raw.usage_events', 'event_id'],
    ['raw.gtm_opportunities', 'opp_id'],
  ])
    expect(await count(`from ${table} where not regexp_full_match(${column}, '${uuid}')`), table).toBe(0);
});

test('money and plan in the subscriptions are those of the customers', async () => {
  const differing = `
    select customers.customer_id
    from raw.customers as customers
    left join raw.subscription_periods as periods
      on periods.customer_id = customers.customer_id and periods.valid_to is not distinct from customers.churn_date
    where periods.mrr is distinct from customers.mrr or periods.plan_tier is distinct from customers.plan_tier`;
  expect(await count(differing)).toBe(0);
  const first = `
    select customers.customer_id from raw.customers as customers
    where signup_date <> (select min(valid_from) from raw.subscription_periods as p where p.customer_id = customers.customer_id)`;
  expect(await count(first)).toBe(0);
  const gaps = `
    select subscription_id from (
      select *, lead(valid_from) over (partition by subscription_id order by valid_from) as following
      from raw.subscription_periods
    ) where following is not null and following is distinct from valid_to`;
  expect(await count(gaps)).toBe(0);
  expect(await count('from raw.subscription_periods where valid_to <= valid_from')).toBe(0);
});

test('a deal ends in the stage its history ends in', async () => {
  const differing = `
    select opp_id from raw.gtm_opportunities as deals
    where stage is distinct from (
      select stage from raw.opportunity_stage_history as history
      where history.opp_id = deals.opp_id order by entered_at desc limit 1
    )`;
  expect(await count(differing)).toBe(0);
});

test('what a customer does happens in its life, and what a user does in the user’s', async () => {
  for (const [table, moment] of [
    ['raw.usage_events', '"timestamp"'],
    ['raw.product_sessions', 'started_at'],
    ['raw.support_tickets', 'created_at'],
    ['raw.users', 'created_at'],
    ['raw.devices', 'installed_at'],
    ['raw.survey_responses', 'sent_at'],
  ]) {
    const outside = `
      select 1 from ${table} inner join raw.customers as customers using (customer_id)
      where ${moment} < signup_date::timestamptz or ${moment} >= (churn_date + 1)::timestamptz`;
    expect(await count(outside), table).toBe(0);
  }
  const strangers = `
    select event_id from raw.usage_events as events
    inner join raw.users as users using (user_id)
    where events.customer_id <> users.customer_id or "timestamp" < users.created_at or "timestamp" > users.deactivated_at`;
  expect(await count(strangers)).toBe(0);
});

test('an event lies in its session, and a session holds its events', async () => {
  const outside = `
    select event_id from raw.usage_events as events
    left join raw.product_sessions as sessions using (session_id)
    where sessions.session_id is null or events.customer_id <> sessions.customer_id
      or events.user_id is distinct from sessions.user_id
      or not ("timestamp" between sessions.started_at and sessions.ended_at)`;
  expect(await count(outside)).toBe(0);
});

test('every customer came by a lead that won its deal on the day of signup', async () => {
  const without = `
    select customers.customer_id from raw.customers as customers
    left join raw.leads as leads using (customer_id)
    left join raw.gtm_opportunities as deals on deals.opp_id = leads.opp_id and deals.customer_id = customers.customer_id
    where deals.stage is distinct from 'closed_won' or cast(deals.closed_at as date) <> customers.signup_date
      or leads.created_at > deals.created_at or cast(leads.converted_at as date) <> customers.signup_date`;
  expect(await count(without)).toBe(0);
});

test('creatives add up to their campaigns', async () => {
  const differing = `
    select campaign_id
    from (select campaign_id, sum(impressions) as i, sum(clicks) as c, sum(spend) as s from marketing.campaigns_daily where channel <> 'email' group by all) as days
    full join (select campaign_id, sum(impressions) as i, sum(clicks) as c, sum(spend) as s from marketing.ad_creatives group by all) as creatives
      using (campaign_id)
    where days.i is distinct from creatives.i or days.c is distinct from creatives.c or days.s is distinct from creatives.s`;
  expect(await count(differing)).toBe(0);
});

test('the state leads and the end follows: customers who leave were using less the month before', async () => {
  const [row] = await engine.query(`
    select avg(last) as last, avg(before) as before from (
      select customer_id,
        count(*) filter ("timestamp" >= churn_date - 30) as last,
        count(*) filter ("timestamp" >= churn_date - 60 and "timestamp" < churn_date - 30) as before
      from raw.customers inner join raw.usage_events using (customer_id)
      where churn_date >= signup_date + 60 group by customer_id
    )`);
  expect(Number(row?.['last'])).toBeLessThan(0.85 * Number(row?.['before']));
});
