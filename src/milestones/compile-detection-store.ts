import { addDays, quoteIdentifier, quoteLiteral } from '../base/index.ts';
import type { Dialect } from '../engines/index.ts';
import { listThresholds, type StoredDefinition } from './definition.ts';
import {
  ALL_DAYS,
  type AskedScope,
  compileScopedRows,
  type DetectionScope,
  renderLocalMidnight,
} from './detection-scope-store.ts';
import { type CounterEvents, LEDGER, type MetricSource } from './metric-source.ts';

/** A definition with what it reads. */
export interface PlannedDefinition {
  readonly definition: StoredDefinition;
  readonly source: MetricSource;
}

export type Counter = MetricSource & { readonly kind: 'counter' };

/** Which days are looked at, and the last one that is known, `YYYY-MM-DD`. */
export interface DetectionRange {
  readonly scope: DetectionScope;
  readonly end: string;
}

/** One occurrence of a definition: a threshold of it, or every so many. */
interface Target {
  readonly definitionId: string;
  readonly operator: string;
  /** What has to be passed, or the step of `every`. */
  readonly threshold: number;
  /** What the milestone is called by; null where it follows from how manieth it is. */
  readonly occurrence: string | null;
}

/** A number as SQL; definitions hold nothing but finite ones. */
function renderNumber(value: number): string {
  if (!Number.isFinite(value)) throw new TypeError(`${value} is no threshold`);
  return `cast('${value}' as double precision)`;
}

function listTargets({ id, condition }: StoredDefinition): readonly Target[] {
  const { operator = '>=', every } = condition;
  if (every !== undefined) return [{ definitionId: id, operator, threshold: every, occurrence: null }];
  return listThresholds(condition).map((threshold) => ({
    definitionId: id,
    operator,
    threshold,
    occurrence: String(threshold),
  }));
}

/** Targets as rows: definition_id, occurrence, threshold. */
function renderTargets(targets: readonly Target[]): string {
  const rows = targets.map(
    ({ definitionId, threshold, occurrence }) =>
      `(cast('${definitionId}' as uuid), '${occurrence}', ${renderNumber(threshold)})`,
  );
  return `(values ${rows.join(', ')}) as targets(definition_id, occurrence, threshold)`;
}

/** Whole numbers as text: 3, not 3.0. */
function renderOccurrence(value: string): string {
  return `cast(cast(${value} as bigint) as text)`;
}

/** Days between which anniversaries are looked for, both `YYYY-MM-DD` and part of it. */
export interface CalendarRange {
  /** Null looks at all up to the last one, and so do customers in `milestone_scope` when `hasRestated`. */
  readonly first: string | null;
  readonly last: string;
  readonly hasRestated: boolean;
}

/** As many days as a month's end can shift what is counted from it, and one. */
const SLACK = 4;

/**
 * The anniversaries of customers in a range of days, and a few around it: customer_id, occurrence, day (a calendar date in
 * its time zone; 29 February comes back on the 28th) and zone. Reads `milestone_steps`.
 */
export function compileAnniversaries(
  { definition }: PlannedDefinition,
  unit: 'year' | 'month' | 'day',
  { first, last, hasRestated }: CalendarRange,
): string {
  const selects = listTargets(definition).map(({ threshold, occurrence }) => {
    const number = occurrence === null ? `steps.step * ${threshold}` : `${threshold}`;
    const span = `cast(${number} as integer) * interval '1 ${unit}'`;
    const signedBy = (day: string, slack: string) =>
      `cast(cast('${day}' as date) - ${span} as date) ${slack}`;
    const steps = `cross join (
        select step from milestone_steps
        where step * ${threshold} * interval '1 ${unit}' <= cast('${last}' as date) + ${SLACK} - (
          select cast(min(signup_date) as timestamp) from int_customers
        )
      ) as steps`;
    const restated = 'or customers.customer_id in (select customer_id from milestone_scope)';
    const recent = (day: string) =>
      `and (customers.signup_date >= ${signedBy(day, `- ${SLACK}`)} ${hasRestated ? restated : ''})`;
    return `select
        customers.customer_id,
        ${occurrence === null ? renderOccurrence(number) : `'${occurrence}'`} as occurrence,
        cast(customers.signup_date + ${span} as date) as day,
        customers.timezone
      from int_customers as customers
      ${occurrence === null ? steps : ''}
      where customers.signup_date <= ${signedBy(last, `+ ${SLACK}`)}
        ${first === null ? '' : recent(first)}`;
  });
  return `select dates.customer_id, dates.occurrence, dates.day, coalesce(zones.name, 'UTC') as zone
    from (
      ${selects.join('\n      union all\n      ')}
    ) as dates
    left join (select name from pg_timezone_names()) as zones on dates.timezone = zones.name`;
}

/** Anniversaries that have come, of those who were customers on the day. */
function compileTenure(
  planned: PlannedDefinition,
  unit: 'year' | 'month' | 'day',
  { scope, end }: DetectionRange,
): string {
  const isWhole = scope.since === ALL_DAYS;
  const range = {
    first: isWhole ? null : addDays(scope.since, -1),
    last: addDays(end, 1),
    hasRestated: scope.hasRestated,
  };
  return `select
      anniversaries.customer_id,
      cast('${planned.definition.id}' as uuid) as definition_id,
      anniversaries.occurrence,
      ${renderLocalMidnight('anniversaries.day', 'anniversaries.zone')} as achieved_at,
      'event' as achieved_precision
    from (
      ${compileAnniversaries(planned, unit, range)}
    ) as anniversaries
    inner join int_customer_tiers as tiers
      on anniversaries.customer_id = tiers.customer_id
      and anniversaries.day >= tiers.valid_from and anniversaries.day < tiers.ends_on and tiers.is_active
      and anniversaries.day <= cast('${range.last}' as date)`;
}

function compileMoments(planned: PlannedDefinition, metric: string, scope: AskedScope): string {
  const targets = listTargets(planned.definition);
  const [first] = targets;
  const operator = first?.operator ?? '>=';
  const moments = compileScopedRows(scope, {
    relation: 'int_customer_moments',
    day: 'happened_at',
    columns: ['customer_id', 'happened_at', 'moment_precision', 'value', 'highest_before'],
    condition: `daily.metric = '${metric}'`,
  });
  if (first?.occurrence === null)
    return `select
      moments.customer_id,
      cast('${first.definitionId}' as uuid) as definition_id,
      ${renderOccurrence('moments.value')} as occurrence,
      min(moments.happened_at) as achieved_at,
      min(moments.moment_precision) as achieved_precision
    from (${moments}) as moments
    where mod(cast(moments.value as bigint), ${first.threshold}) = 0
    group by moments.customer_id, moments.value`;
  // At most one of a customer's rows passes a threshold: those after it have been as high before.
  return `select
      moments.customer_id,
      targets.definition_id,
      targets.occurrence,
      moments.happened_at as achieved_at,
      moments.moment_precision as achieved_precision
    from (${moments}) as moments
    inner join ${renderTargets(targets)}
      on moments.value ${operator} targets.threshold and not (moments.highest_before ${operator} targets.threshold)`;
}

function compileLevel(
  planned: PlannedDefinition,
  source: MetricSource & { kind: 'level' },
  scope: AskedScope,
): string {
  const { hold_days: hold = 1 } = planned.definition.condition;
  const [column, day] = [quoteIdentifier(source.column), quoteIdentifier(source.day)];
  const first = (target: Target): string => {
    const condition = `daily.${column} ${target.operator} ${renderNumber(target.threshold)}`;
    const rows = compileScopedRows(scope, {
      relation: quoteIdentifier(source.relation),
      day,
      columns: ['customer_id', day],
      condition,
      // One day more than it takes: who had reached it before the scope is passed over, as in a look at all days.
      lead: hold,
    });
    const reached =
      hold === 1
        ? `select customer_id, min(${day}) as reached_on from (${rows}) as daily group by customer_id`
        : `select customer_id, min(reached_on) as reached_on from (
        select customer_id, min(${day}) + ${hold - 1} as reached_on from (
          select customer_id, ${day}, ${day} - cast(row_number() over (partition by customer_id order by ${day}) as integer) as run
          from (${rows}) as daily
        ) as runs group by customer_id, run having count(*) >= ${hold}
      ) as held group by customer_id`;
    return `select
      customer_id,
      cast('${target.definitionId}' as uuid) as definition_id,
      '${target.threshold}' as occurrence,
      ${scope.dialect.startOfDay('reached_on')} as achieved_at,
      'day' as achieved_precision
    from (${reached}) as reached`;
  };
  return listTargets(planned.definition).map(first).join('\n    union all\n    ');
}

/** A trailing sum of a counter: the difference of two running totals. */
function compileWindow(
  planned: PlannedDefinition,
  source: MetricSource & { kind: 'window' },
  scope: AskedScope,
): string {
  const total = quoteIdentifier(`${source.column}_total`);
  const rows = compileScopedRows(scope, {
    relation: LEDGER,
    day: 'metric_date',
    columns: ['customer_id', 'metric_date', total],
    condition: 'true',
    lead: 1,
  });
  return `select
      daily.customer_id,
      targets.definition_id,
      targets.occurrence,
      ${scope.dialect.startOfDay('min(daily.metric_date)')} as achieved_at,
      'day' as achieved_precision
    from (${rows}) as daily
    left join ${LEDGER} as before
      on daily.customer_id = before.customer_id and before.metric_date = daily.metric_date - ${source.days}
    inner join ${renderTargets(listTargets(planned.definition))}
      on daily.${total} - coalesce(before.${total}, 0) ${planned.definition.condition.operator ?? '>='} targets.threshold
    group by 1, 2, 3`;
}

/** True in SQL where a day of `crossings` took the running total over a threshold, or over a multiple of a step. */
function renderCrossing({ operator, threshold, occurrence }: Target, after: string, before: string): string {
  if (occurrence === null) return `floor((${after}) / ${threshold}.0) > floor((${before}) / ${threshold}.0)`;
  return `(${after} ${operator} ${threshold} and not (${before} ${operator} ${threshold}))`;
}

/** The days on which a counter passed any of its targets, each with a number of its own: numbers join faster than texts. */
function compileCrossings(column: string, targets: readonly Target[], scope: AskedScope): string {
  const { startOfDay } = scope.dialect;
  const [after, before] = [`daily.${column}_total`, `daily.${column}_total - daily.${column}`];
  const lowest = Math.min(...targets.map(({ threshold }) => threshold));
  const crossings = targets.map((target) => renderCrossing(target, after, before));
  const rows = compileScopedRows(scope, {
    relation: LEDGER,
    day: 'metric_date',
    columns: ['customer_id', 'metric_date', column, `${column}_total`],
    condition: `daily.${column} > 0 and ${after} >= ${lowest} and (${crossings.join(' or ')})`,
  });
  return `select
        row_number() over () as crossing, daily.customer_id,
        ${startOfDay('daily.metric_date')} as starts_at, ${startOfDay('daily.metric_date + 1')} as ends_at,
        ${before} as total_before, ${after} as total_after
      from (${rows}) as daily`;
}

/** The targets passed on the days of `crossings`, with what was missing to each before the day. */
function compilePassed(target: Target): string {
  const { threshold, occurrence } = target;
  if (occurrence !== null)
    return `select crossing, '${occurrence}' as occurrence, ${renderNumber(threshold)} - total_before as missing
      from crossings where ${renderCrossing(target, 'total_after', 'total_before')}`;
  const next = `(floor(crossings.total_before / ${threshold}.0) + steps.step) * ${threshold}`;
  return `select crossings.crossing, ${renderOccurrence(next)} as occurrence, ${next} - crossings.total_before as missing
      from crossings inner join milestone_steps as steps on ${next} <= crossings.total_after`;
}

/** The running sum of the events of the days of `crossings`: crossing, happened_at, so_far. */
function compileSums({ relation, at, amount, types }: CounterEvents, { first, dialect }: AskedScope): string {
  const moment = `events.${quoteIdentifier(at)}`;
  const ofType = types === null ? '' : `events.event_type in (${types.map(quoteLiteral).join(', ')}) and `;
  return `select
        crossings.crossing, ${moment} as happened_at,
        sum(${amount === null ? '1' : `events.${amount}`}) over (partition by crossings.crossing order by ${moment}) as so_far
      from ${relation} as events
      inner join crossings
        on events.customer_id = crossings.customer_id and ${moment} >= crossings.starts_at and ${moment} < crossings.ends_at
      where ${ofType}${moment} >= ${dialect.startOfDay(`cast('${first}' as date)`)}`;
}

/** The moments of a counter's thresholds: on the days the ledger shows, the event that passed them. */
function compileCounter({ definition }: PlannedDefinition, source: Counter, scope: AskedScope): string {
  const { column, events } = source;
  const targets = listTargets(definition);
  const operator = targets[0]?.operator ?? '>=';
  const moments =
    events === null
      ? 'select crossing, occurrence, cast(null as timestamptz) as happened_at from passed'
      : `select passed.crossing, passed.occurrence, min(sums.happened_at) as happened_at
      from passed
      left join (${compileSums(events, scope)}) as sums
        on passed.crossing = sums.crossing and sums.so_far ${operator} passed.missing
      group by passed.crossing, passed.occurrence`;
  return `with crossings as materialized (
      ${compileCrossings(column, targets, scope)}
    ),
    passed as (
      ${targets.map(compilePassed).join('\n      union all\n      ')}
    ),
    moments as (
      ${moments}
    )
    select
      crossings.customer_id,
      cast('${definition.id}' as uuid) as definition_id,
      moments.occurrence,
      coalesce(moments.happened_at, crossings.starts_at) as achieved_at,
      case when moments.happened_at is null then 'day' else 'event' end as achieved_precision
    from moments
    inner join crossings on moments.crossing = crossings.crossing`;
}

/**
 * The query that finds every (customer_id, definition_id, occurrence, achieved_at, achieved_precision) of one definition in
 * a scope. It reads the models of the warehouse by their bare names, and the temporary tables `milestone_scope` and
 * `milestone_steps` that `runDetection` makes.
 */
export function compileDetection(
  planned: PlannedDefinition,
  range: DetectionRange,
  dialect: Dialect,
): string {
  const { source } = planned;
  const scope = { ...range.scope, dialect };
  if (source.kind === 'tenure') return compileTenure(planned, source.unit, range);
  if (source.kind === 'moments') return compileMoments(planned, source.metric, scope);
  if (source.kind === 'level') return compileLevel(planned, source, scope);
  if (source.kind === 'window') return compileWindow(planned, source, scope);
  return compileCounter(planned, source, scope);
}
