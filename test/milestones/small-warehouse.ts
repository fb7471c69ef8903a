import fs from 'node:fs';
import path from 'node:path';
import { PACKAGE_ROOT } from '../../src/app/index.ts';
import { buildFixedClock, systemIds } from '../../src/base/index.ts';
import { type DuckdbEngine, type Engine, openDuckdb, type Row } from '../../src/engines/index.ts';
import {
  listDefinitions,
  type MilestoneDefinition,
  recordDetection,
  runDetection,
  saveDefinitions,
} from '../../src/milestones/index.ts';

/** One API call or more at a moment, in minutes since 2026-01-01 UTC; `quantity` 0 takes an event back. */
export interface Call {
  readonly id: string;
  readonly customer: string;
  readonly minute: number;
  readonly quantity: number;
}

const DAY = (minute: string) => `cast(timestamp '2026-01-01' + to_minutes(${minute}) as date)`;

/** State and, beside it, what detection reads of a warehouse, made from a list of calls: small enough for hundreds of runs. */
export async function openSmallWarehouse(definitions: readonly MilestoneDefinition[]): Promise<DuckdbEngine> {
  const engine = await openDuckdb({ path: ':memory:' });
  const folder = path.join(PACKAGE_ROOT, 'schema');
  await engine.execute(fs.readFileSync(path.join(folder, '000002-milestones.sql'), 'utf8'));
  await engine.execute(`
    create table calls (event_id text, customer_id text, minute integer, quantity integer);
    create table int_customers (customer_id text, signup_date date, churn_date date, timezone text, is_active boolean, csm_id text,
      name text, industry text, segment text);
    create table int_customer_tiers (customer_id text, valid_from date, ends_on date, is_active boolean, plan_tier text);
    create table int_customer_moments (customer_id text, metric text, happened_at timestamptz, moment_precision text, value double,
      highest_before double);
    create table int_restated_customers (customer_id text, restate_from date);
    create view stg_usage_events as select event_id, customer_id, timestamptz '2026-01-01 00:00:00+00' + to_minutes(minute) as timestamp,
      'api_call' as event_type, quantity from calls;
    insert into int_customers select 'c' || n, date '2025-12-01', null, 'UTC', true, 'm1', 'C' || n, 'fintech', 'smb' from range(3) as t(n);
    insert into int_customer_tiers select customer_id, signup_date, date '2199-12-31', true, 'growth' from int_customers;
    create table int_customer_days (customer_id text, metric_date date, api_calls bigint, api_calls_total bigint, daily_active_users bigint)`);
  await engine.transaction(() =>
    saveDefinitions(engine, definitions, {
      clock: buildFixedClock('2026-06-01T00:00:00Z'),
      isShipped: false,
    }),
  );
  return engine;
}

/** Brings calls and builds the ledger anew as of a day; says what a build would say was stated again since `last`. */
export async function bringCalls(
  engine: DuckdbEngine,
  calls: readonly Call[],
  { asOf, last }: { readonly asOf: string; readonly last: string | null },
): Promise<void> {
  await engine.execute(`delete from int_restated_customers;
    insert into int_restated_customers select customer_id, date '${last ?? '0001-01-01'}' from int_customers`);
  for (const { id, customer, minute, quantity } of calls) {
    await engine.execute(
      `update int_restated_customers set restate_from = least(restate_from, ${DAY('$2')},
         coalesce((select min(${DAY('minute')}) from calls where event_id = $3), restate_from)) where customer_id = $1`,
      [customer, minute, id],
    );
    await engine.execute('delete from calls where event_id = $1', [id]);
    if (quantity > 0)
      await engine.execute('insert into calls values ($1, $2, $3, $4)', [id, customer, minute, quantity]);
  }
  await engine.execute(`delete from int_customer_days;
    insert into int_customer_days
    with days as (select unnest(generate_series(date '2026-01-01', date '${asOf}', interval 1 day))::date as metric_date),
    daily as (
      select customers.customer_id, days.metric_date, coalesce(sum(calls.quantity), 0)::bigint as api_calls
      from int_customers as customers cross join days
      left join calls on calls.customer_id = customers.customer_id and ${DAY('calls.minute')} = days.metric_date
      group by all
    )
    select customer_id, metric_date, api_calls,
      (sum(api_calls) over (partition by customer_id order by metric_date))::bigint, api_calls % 7 from daily`);
}

export interface DetectOptions {
  readonly asOf: string;
  /** The first day looked at; null for all. */
  readonly since: string | null;
  /** Ends the transaction after the milestones are written, as a crash would. */
  readonly isCut?: boolean;
}

/** Detects and records, all of it or nothing. Returns the ids that would be told. */
export async function detect(engine: Engine, options: DetectOptions): Promise<readonly string[]> {
  const { asOf, since, isCut = false } = options;
  const definitions = await listDefinitions(engine);
  const engines = { state: engine, warehouse: engine, scratchPath: '' };
  const detection = await runDetection(engines, { definitions, asOf, since });
  let told: readonly string[] = [];
  const work = engine.transaction(async () => {
    const recorded = await recordDetection(engine, detection, {
      runId: systemIds.next(),
      clock: buildFixedClock(`${asOf}T23:00:00Z`),
      alertWindowDays: 14,
      buildMark: 'b',
      definitionsMark: 'd',
    });
    if (isCut) throw new Error('cut');
    told = recorded.told.map(({ id }) => id);
  });
  if (isCut) await work.catch(() => {});
  else await work;
  return told;
}

/** What stands: customer, occurrence, moment; without what was revoked. */
export async function fetchStanding(engine: DuckdbEngine): Promise<readonly Row[]> {
  return engine.query(
    `select customer_id, milestone_name, occurrence, achieved_at, achieved_precision from customer_milestones
     where revoked_at is null order by all`,
  );
}
