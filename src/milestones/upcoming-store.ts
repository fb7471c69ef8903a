import { addDays, quoteLiteral } from '../base/index.ts';
import type { Row } from '../engines/index.ts';
import { type Counter, compileAnniversaries, type PlannedDefinition } from './compile-detection-store.ts';
import { listThresholds, type StoredDefinition } from './definition.ts';
import { LEDGER } from './metric-source.ts';
import { bringRows, clearWarehouse, listEngines, type MilestoneEngines } from './milestone-engines-store.ts';
import { planDefinitions, prepareSteps } from './run-detection-store.ts';

/** How dates of this kind came true in the past. */
export interface UpcomingQuality {
  /** Expected dates of the past that were tried. */
  readonly tried: number;
  /** Of the newer half of them, the share that came true within the interval the older half gave; null when too few. */
  readonly hitRate: number | null;
  /** 80 of 100 took between these two times the expected number of days; an end is null where that many did not come. */
  readonly factors: readonly [number, number | null] | null;
}

/** Milestones that are expected within a horizon, and how far such dates can be trusted. */
export interface UpcomingReport {
  /**
   * The soonest first: customer_id, customer_name, owner_id, owner_name, milestone_type, definition_name, occurrence,
   * expected_on, earliest_on, latest_on (equal to it on the calendar, null where unknown), basis (calendar or rate).
   */
  readonly rows: readonly Row[];
  readonly quality: UpcomingQuality;
}

export interface UpcomingRequest {
  readonly definitions: readonly StoredDefinition[];
  readonly asOf: string;
  /** Days to look ahead; 90 unless given. */
  readonly horizonDays?: number | undefined;
  readonly ownerId?: string | undefined;
}

/** The rate of so many days that end with the day in question is taken to go on (scoring.md, milestone ETA). */
const RATE_DAYS = 28;
/** With fewer past dates nothing is said of the next. */
const ENOUGH = 30;
/** Past days from which dates are tried: that many, a month apart, the last of them a horizon ago. */
const ORIGINS = 12;
/** Where a date did not come at all. */
const NEVER = 1e9;

interface PlannedCounter extends PlannedDefinition {
  readonly source: Counter;
}

function renderTargets(planned: readonly PlannedCounter[]): string {
  const rows = planned.flatMap(({ definition, source }) =>
    listThresholds(definition.condition).map(
      (threshold) =>
        `(cast('${definition.id}' as uuid), '${source.column}', '${threshold}', cast('${threshold}' as double precision))`,
    ),
  );
  return `(values ${rows.join(', ')}) as targets(definition_id, counter, occurrence, threshold)`;
}

/** When expected dates are made out, as SQL, and how many days ahead they may lie. */
interface Outlook {
  readonly origins: readonly string[];
  readonly last: number;
}

/** Each counter's next threshold as seen on the days of `origins`, and the days until then at the rate of the last 28. */
function compileExpected(planned: readonly PlannedCounter[], { origins, last }: Outlook): string {
  const days = origins.map((origin) => `(${origin})`).join(', ');
  const totals = [...new Set(planned.map(({ source }) => source.column))].map(
    (column) => `select ledger.customer_id, ledger.metric_date as origin, '${column}' as counter,
        ledger.${column}_total as total, ledger.${column}_total - coalesce(before.${column}_total, 0) as gained
      from ${LEDGER} as ledger
      inner join (values ${days}) as origins(origin) on ledger.metric_date = origins.origin
      left join ${LEDGER} as before
        on ledger.customer_id = before.customer_id and before.metric_date = ledger.metric_date - ${RATE_DAYS}
      where ledger.is_active and ledger.tenure_days >= ${RATE_DAYS}`,
  );
  return `select customer_id, origin, definition_id, occurrence, days from (
    select customer_id, origin, definition_id, occurrence,
      ceil(${RATE_DAYS} * (threshold - total) / cast(gained as double precision)) as days
    from (
      select totals.customer_id, totals.origin, totals.total, totals.gained, targets.definition_id, targets.occurrence, targets.threshold,
        row_number() over (
          partition by totals.customer_id, totals.origin, targets.definition_id order by targets.threshold
        ) as place
      from (${totals.join('\n      union all\n      ')}) as totals
      inner join ${renderTargets(planned)} on totals.counter = targets.counter and totals.total < targets.threshold
    ) as next
    where place = 1 and gained > 0
  ) as dates where days <= ${Math.trunc(last)}`;
}

const EXPECTED = ['customer_id', 'origin', 'definition_id', 'occurrence', 'days'];

/**
 * What is expected, as the state can read it: the query where it sees the ledger; else a temporary table of the name given with its
 * rows, at most one per customer, definition and origin.
 */
async function placeExpected(engines: MilestoneEngines, name: string, sql: string): Promise<string> {
  const { state, warehouse } = engines;
  if (state === warehouse) return `(${sql})`;
  for (const engine of listEngines(engines)) await engine.execute(`drop table if exists ${name}`);
  await warehouse.execute(`create temporary table ${name} as ${sql}`);
  await state.execute(`create temporary table ${name} (
    customer_id text, origin date, definition_id uuid, occurrence text, days double precision)`);
  await bringRows(engines, { name, columns: EXPECTED });
  await clearWarehouse(engines, [name]);
  return name;
}

async function fetchQuality(
  engines: MilestoneEngines,
  planned: readonly PlannedCounter[],
  { asOf, horizonDays = 90 }: UpcomingRequest,
): Promise<UpcomingQuality> {
  const origins = Array.from(
    { length: ORIGINS },
    (_, index) => `cast(${quoteLiteral(asOf)} as date) - ${horizonDays + index * RATE_DAYS}`,
  );
  const middle = origins[ORIGINS / 2 - 1];
  const { state } = engines;
  const expected = await placeExpected(
    engines,
    'milestones_past',
    compileExpected(planned, { origins, last: horizonDays }),
  );
  await state.execute('drop table if exists milestone_trials');
  await state.execute(`create temporary table milestone_trials as
    select expected.origin, expected.origin <= ${middle} - ${RATE_DAYS} as is_older,
      coalesce(cast(stored.achieved_at at time zone 'UTC' as date) - expected.origin, ${NEVER}) / expected.days as ratio
    from ${expected} as expected
    left join customer_milestones as stored
      on expected.customer_id = stored.customer_id and expected.definition_id = stored.definition_id
      and expected.occurrence = stored.occurrence and stored.revoked_at is null
    where expected.days >= 1`);
  const bounds = (condition: string) => `select count(*) as n,
      percentile_cont(0.1) within group (order by ratio) as low, percentile_cont(0.9) within group (order by ratio) as high
    from milestone_trials where ${condition}`;
  const [all] = await state.query(bounds('true'));
  const [older] = await state.query(bounds('is_older'));
  const tried = Number(all?.['n']);
  if (tried < ENOUGH) return { tried, hitRate: null, factors: null };
  const [newer] = await state.query(
    `select count(*) as n, sum(case when ratio between $1 and $2 then 1 else 0 end) as hits
     from milestone_trials where not is_older`,
    [Number(older?.['low'] ?? 0), Number(older?.['high'] ?? 0)],
  );
  const isEnough = Number(older?.['n']) >= ENOUGH && Number(newer?.['n']) >= ENOUGH;
  const high = Number(all?.['high']);
  return {
    tried,
    hitRate: isEnough ? Number(newer?.['hits']) / Number(newer?.['n']) : null,
    factors: [Number(all?.['low']), high > NEVER / 1000 ? null : high],
  };
}

async function compileRates(
  engines: MilestoneEngines,
  planned: readonly PlannedCounter[],
  { asOf, horizonDays = 90, quality }: UpcomingRequest & { readonly quality: UpcomingQuality },
): Promise<string> {
  const day = `cast(${quoteLiteral(asOf)} as date)`;
  const sql = compileExpected(planned, { origins: [day], last: horizonDays });
  const expected = await placeExpected(engines, 'milestones_next', sql);
  const at = (factor: number | null | undefined) =>
    factor === null || factor === undefined
      ? 'cast(null as date)'
      : `${day} + cast(least(ceil(days * ${factor}), 36500) as integer)`;
  return `select customer_id, definition_id, occurrence, ${day} + cast(least(days, 36500) as integer) as expected_on,
      ${at(quality.factors?.[0])} as earliest_on, ${at(quality.factors?.[1])} as latest_on, 'rate' as basis
    from ${expected} as expected`;
}

/**
 * Milestones to prepare for: anniversaries by the calendar, thresholds of counters by the rate of the last 28 days, with
 * an interval that past dates of this kind kept in 80 of 100 cases, and how often that held out of sample.
 */
export async function fetchUpcoming(
  engines: MilestoneEngines,
  request: UpcomingRequest,
): Promise<UpcomingReport> {
  const { asOf, horizonDays = 90, ownerId = null } = request;
  const { state } = engines;
  await prepareSteps(state);
  const { planned } = await planDefinitions(engines.warehouse, request.definitions);
  const counters = planned.flatMap(({ definition, source }) =>
    source.kind === 'counter' && definition.condition.every === undefined ? [{ definition, source }] : [],
  );
  const day = `cast(${quoteLiteral(asOf)} as date)`;
  const range = { first: asOf, last: addDays(asOf, Math.trunc(horizonDays)), hasRestated: false };
  const calendar = planned.flatMap((plan) =>
    plan.source.kind !== 'tenure'
      ? []
      : `select customer_id, cast('${plan.definition.id}' as uuid) as definition_id, occurrence, day as expected_on,
        day as earliest_on, day as latest_on, 'calendar' as basis
      from (${compileAnniversaries(plan, plan.source.unit, range)}) as anniversaries where day > ${day}`,
  );
  const quality =
    counters.length === 0
      ? { tried: 0, hitRate: null, factors: null }
      : await fetchQuality(engines, counters, request);
  const rates = counters.length === 0 ? [] : [await compileRates(engines, counters, { ...request, quality })];
  const parts = [...calendar, ...rates];
  if (parts.length === 0) return { rows: [], quality };
  const rows = await state.query(
    `select upcoming.customer_id, customers.name as customer_name, customers.csm_id as owner_id, members.name as owner_name,
       definitions.type as milestone_type, definitions.name as definition_name, upcoming.occurrence,
       upcoming.expected_on, upcoming.earliest_on, upcoming.latest_on, upcoming.basis
     from (${parts.join('\n    union all\n    ')}) as upcoming
     inner join int_customers as customers on upcoming.customer_id = customers.customer_id and customers.is_active
     inner join milestone_definitions as definitions on upcoming.definition_id = definitions.id
     left join stg_team_members as members on customers.csm_id = members.member_id
     where upcoming.expected_on <= ${day} + ${Math.trunc(horizonDays)}
       and (cast($1 as text) is null or customers.csm_id = $1)
     order by upcoming.expected_on, definitions.priority desc, upcoming.customer_id, definitions.name`,
    [ownerId],
  );
  return { rows, quality };
}
