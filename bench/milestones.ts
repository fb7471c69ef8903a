import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { PACKAGE_ROOT } from '../src/app/index.ts';
import { buildFixedClock } from '../src/base/index.ts';
import { type DuckdbEngine, openDuckdb } from '../src/engines/index.ts';
import {
  listDefinitions,
  readDefinitions,
  recordDetection,
  recordLarge,
  runDetection,
  runPreview,
  saveDefinitions,
} from '../src/milestones/index.ts';

/**
 * Detection of the shipped pack over ledgers of 40 days: `npx tsx bench/milestones.ts [customers]`, a million of them unless
 * given. Half as many show that it is linear, ten thousand what a loop over customers costs; it ends with 1 where it is not,
 * or the loop finds something else.
 */
const DAYS = 40;
const [FIRST, BEFORE, LAST] = ['2026-02-03', '2026-03-13', '2026-03-14'] as const;
const clock = buildFixedClock(`${LAST}T23:00:00Z`);
const PACK = path.join(PACKAGE_ROOT, 'packs', 'milestones.yml');

/**
 * Most customers pass 10,000 calls, their tenth user and their first integration at some time of the 40 days: what years
 * of history bring at once. The last is a day like any, with calls and new users of an eighth of them.
 */
const TABLES = (customers: number) => `
  create table int_customers as select md5(i::varchar)::uuid::varchar as customer_id, date '${FIRST}' as signup_date, null::date as churn_date,
    'Europe/Berlin' as timezone, true as is_active, 'm' || i % 50 as csm_id, 'C' || i as name, 'fintech' as industry, 'smb' as segment, i
    from range(${customers}) as t(i);
  create table int_customer_tiers as select customer_id, signup_date as valid_from, date '2199-12-31' as ends_on, true as is_active,
    'growth' as plan_tier from int_customers;
  create table stg_team_members as select 'm' || i as member_id, 'M' || i as name from range(50) as t(i);
  create table int_customer_days as
    with days as (
      select *, case when d < ${DAYS - 1} or i % 8 = 0 then d else d - 1 end as active_day from range(${DAYS}) as t(d), int_customers
    ),
    figures as (
      select *, 900 + (i * 7919) % 600 as calls, (active_day + 4 - i % 4) // 4 as days_of_calls,
        (active_day + 4 - (i + 1) % 4) // 4 as days_of_users
      from days
    )
    select customer_id, date '${FIRST}' + d::integer as metric_date, true as is_active, d as tenure_days,
      (case when d = active_day and d % 4 = i % 4 then calls else 0 end)::bigint as api_calls,
      (calls * days_of_calls)::bigint as api_calls_total,
      (case when d = active_day and d % 4 = (i + 1) % 4 then 1 else 0 end)::bigint as users_created,
      (i % 10 + days_of_users)::bigint as users_created_total, ((i + d) % 90)::bigint as monthly_active_users
    from figures;
  create table int_customer_rates as select customer_id, metric_date, ((hash(customer_id) % 100 + tenure_days) / 130.0)::double as core_feature_adoption_rate
    from int_customer_days;
  create table stg_usage_events as select customer_id || metric_date as event_id, customer_id, 'api_call' as event_type, api_calls as quantity,
    (metric_date::timestamp at time zone 'UTC') + interval 9 hour as "timestamp" from int_customer_days where api_calls > 0;
  create table stg_users as select customer_id || metric_date as user_id, customer_id,
    (metric_date::timestamp at time zone 'UTC') + interval 10 hour as created_at from int_customer_days where users_created > 0;
  create table int_customer_moments as select customer_id, 'integrations' as metric,
    timestamptz '${FIRST} 12:00:00+00' + to_days((i % ${DAYS - 1} + case when i % 8 = 0 then 1 else 0 end)::integer) as happened_at,
    'event' as moment_precision, 1.0::double as value, 0.0::double as highest_before from int_customers;
  create table int_restated_customers as select customer_id, date '${LAST}' as restate_from from int_customers;`;

interface Company {
  readonly state: DuckdbEngine;
  readonly folder: string;
}

/** One database for state and warehouse. */
function asBoth(engine: DuckdbEngine) {
  return { state: engine, warehouse: engine, scratchPath: '' };
}

async function openCompany(customers: number): Promise<Company> {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'tenure-milestones-'));
  const file = path.join(folder, 'warehouse.duckdb');
  const warehouse = await openDuckdb({ path: file, isConstruction: true, settings: { threads: '2' } });
  await warehouse.execute(TABLES(customers));
  await warehouse.execute('checkpoint');
  await warehouse.close();
  const state = await openDuckdb({
    path: path.join(folder, 'state.duckdb'),
    alias: 'state',
    settings: { threads: '2', preserve_insertion_order: 'false' },
  });
  await state.execute(fs.readFileSync(path.join(PACKAGE_ROOT, 'schema', '000002-milestones.sql'), 'utf8'));
  await state.attach(file, 'warehouse', { isReadOnly: true });
  await state.execute(`set search_path = 'state.main,warehouse.main'`);
  await saveDefinitions(state, readDefinitions(PACK), { clock, isShipped: true });
  return { state, folder };
}

async function closeCompany({ state, folder }: Company): Promise<void> {
  await state.close();
  fs.rmSync(folder, { recursive: true });
}

async function measure<T>(name: string, goal: string, work: () => Promise<T>): Promise<readonly [T, number]> {
  const start = performance.now();
  const result = await work();
  const seconds = (performance.now() - start) / 1000;
  console.log(`${name.padEnd(66)}${seconds.toFixed(2)} s   ${goal}`);
  return [result, seconds];
}

const options = { runId: 'bench', clock, alertWindowDays: 0, buildMark: 'bench', definitionsMark: 'bench' };

/** The least detection could do: look once at every value it reads. */
const READING = `select
  (select sum(length(customer_id)) + count(metric_date) + sum(api_calls + api_calls_total + users_created + users_created_total
    + monthly_active_users) from int_customer_days)
  + (select sum(length(customer_id)) + count(metric_date) + sum(core_feature_adoption_rate) from int_customer_rates)
  + (select sum(length(customer_id) + length(event_type) + quantity) + count("timestamp") from stg_usage_events)
  + (select sum(length(customer_id)) + count(created_at) from stg_users) as read`;

/** The least writing could do: the same rows into a table beside, and a unique index over them. */
async function copyRows(state: DuckdbEngine): Promise<void> {
  await state.execute('create table copied as select * from customer_milestones');
  await state.execute('create unique index copied_id on copied (id)');
}

async function measureDetection(customers: number, isRecorded: boolean): Promise<number> {
  const company = await openCompany(customers);
  const { state } = company;
  const definitions = await listDefinitions(state);
  const rows = `${((customers * DAYS) / 1e6).toFixed(1)} M rows of the ledger`;
  const [detection, seconds] = await measure(
    `detection of the pack over ${rows}`,
    isRecorded ? 'goal 5 s' : '',
    () => runDetection(asBoth(state), { definitions, asOf: BEFORE, since: null }),
  );
  const [found] = await state.query('select count(*) as n from milestones_detected');
  console.log(`  ${found?.['n']} milestones`);
  if (isRecorded) {
    const [, reading] = await measure('  reading once what it reads', '', () => state.query(READING));
    console.log(`  detection takes ${(seconds / reading).toFixed(1)} × as long as reading`);
    const [, writing] = await measure('writing them', 'goal 6 s for 3 M', () =>
      recordLarge(state, () => state.transaction(() => recordDetection(state, detection, options))),
    );
    const [, copying] = await measure('  copying them, with the index', '', () => copyRows(state));
    console.log(`  writing takes ${(writing / copying).toFixed(1)} × as long as copying`);
    await measure('one new day of all customers, found and written', 'goal 1 s for 1 M', async () => {
      const next = await runDetection(asBoth(state), { definitions, asOf: LAST, since: LAST });
      const { counts } = await state.transaction(() =>
        recordDetection(state, next, { ...options, runId: 'next' }),
      );
      console.log(`  ${counts.recorded} new milestones`);
    });
  }
  await closeCompany(company);
  return seconds;
}

/** What the same findings cost one customer at a time: its ledger read, and looked through in JavaScript. */
async function measureLoop(customers: number): Promise<void> {
  const company = await openCompany(customers);
  const { state } = company;
  const definitions = (await listDefinitions(state)).filter(
    ({ name }) => name === 'API calls' || name === 'Users',
  );
  const [, sets] = await measure(`API calls and users of ${customers} customers, set by set`, '', () =>
    runDetection(asBoth(state), { definitions, asOf: LAST, since: null }),
  );
  const [detected] = await state.query('select count(*) as n from milestones_detected');
  const [found, loop] = await measure('the same in a loop over customers', '', async () => {
    let count = 0;
    for (const { customer_id } of await state.query('select customer_id from int_customers')) {
      for (const [column, thresholds] of [
        ['api_calls', [1e4, 1e5, 1e6, 1e7]],
        ['users_created', [10, 50, 100, 500, 1000]],
      ] as const) {
        const rows = await state.query(
          `select metric_date, ${column}, ${column}_total as total from int_customer_days where customer_id = $1 order by 1`,
          [customer_id ?? null],
        );
        for (const threshold of thresholds)
          if (rows.some((row) => Number(row['total']) >= threshold)) count += 1;
      }
    }
    return count;
  });
  const isSame = found === detected?.['n'];
  console.log(
    `  ${(loop / sets).toFixed(0)} × as long, ${isSame ? 'the same' : `NOT THE SAME ${found}`} number of findings`,
  );
  if (!isSame) process.exitCode = 1;
  await closeCompany(company);
}

async function measurePreview(): Promise<void> {
  const file = process.argv[3];
  if (file === undefined) return;
  const state = await openDuckdb({ path: ':memory:', settings: { threads: '2' } });
  await state.attach(file, 'warehouse', { isReadOnly: true });
  await state.execute(
    `set search_path = 'memory.main,warehouse.marts,warehouse.entity,warehouse.intermediate,warehouse.staging'`,
  );
  const [definition] = readDefinitions(PACK).filter(({ name }) => name === 'API calls');
  if (definition === undefined) return;
  await measure('preview of a definition over the warehouse given', 'goal 2 s', () =>
    runPreview(asBoth(state), [definition], { asOf: LAST, limit: 100 }),
  );
  await state.close();
}

const customers = Number(process.argv[2] ?? 1_000_000);
const half = await measureDetection(customers / 2, false);
const whole = await measureDetection(customers, true);
console.log(`  twice the rows take ${(whole / half).toFixed(2)} × as long (goal 2, at most 2.5)`);
if (whole / half > 2.5) process.exitCode = 1;
if (process.argv[4] !== 'quick') await measureLoop(10_000);
await measurePreview();
