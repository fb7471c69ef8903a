import { quoteIdentifier } from '../base/index.ts';
import { listThresholds, type StoredDefinition } from './definition.ts';
import {
  ALL_DAYS,
  compileScopedRows,
  type DetectionScope,
  renderLocalMidnight,
  renderMidnight,
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
  readonly isEvery: boolean;
}

/** A number as SQL; definitions hold nothing but finite ones. */
function renderNumber(value: number): string {
  if (!Number.isFinite(value)) throw new TypeError(`${value} is no threshold`);
  return `cast('${value}' as double precision)`;
}

function listTargets({ id, condition }: StoredDefinition): readonly Target[] {
  const { operator = '>=', every } = condition;
  if (every !== undefined) return [{ definitionId: id, operator, threshold: every, isEvery: true }];
  return listThresholds(condition).map((threshold) => ({
    definitionId: id,
    operator,
    threshold,
    isEvery: false,
  }));
}

/** Targets as rows: definition_id, occurrence, threshold. */
function renderTargets(targets: readonly Target[]): string {
  const rows = targets.map(
    ({ definitionId, threshold }) =>
      `(cast('${definitionId}' as uuid), '${threshold}', ${renderNumber(threshold)})`,
  );
  return `(values ${rows.join(', ')}) as targets(definition_id, occurrence, threshold)`;
}

/** Whole numbers as text: 3, not 3.0. */
function renderOccurrence(value: string): string {
  return `cast(cast(${value} as bigint) as text)`;
}

/**
 * The anniversaries of every customer: customer_id, occurrence, day (a calendar date in its time zone; 29 February comes back
 * on the 28th) and zone. Reads `milestone_steps`.
 */
export function compileAnniversaries(planned: PlannedDefinition, unit: 'year' | 'month' | 'day'): string {
  const [first, ...others] = listTargets(planned.definition);
  const numbers =
    first?.isEvery === true
      ? `(select step * ${first.threshold} as threshold from milestone_steps)`
      : `(values ${[first, ...others].map((target) => `(${target?.threshold})`).join(', ')})`;
  return `select
        customers.customer_id,
        ${renderOccurrence('numbers.threshold')} as occurrence,
        cast(customers.signup_date + cast(numbers.threshold as integer) * interval '1 ${unit}' as date) as day,
        coalesce(zones.name, 'UTC') as zone
      from int_customers as customers
      cross join ${numbers} as numbers(threshold)
      left join (select name from pg_timezone_names()) as zones on customers.timezone = zones.name`;
}

/** Anniversaries that have come, of those who were customers on the day. */
function compileTenure(
  planned: PlannedDefinition,
  unit: 'year' | 'month' | 'day',
  { scope, end }: DetectionRange,
): string {
  const recent =
    scope.since === ALL_DAYS
      ? ''
      : `where anniversaries.day >= cast('${scope.since}' as date) - 1
      or anniversaries.customer_id in (select customer_id from milestone_scope)`;
  return `select
      anniversaries.customer_id,
      cast('${planned.definition.id}' as uuid) as definition_id,
      anniversaries.occurrence,
      ${renderLocalMidnight('anniversaries.day', 'anniversaries.zone')} as achieved_at,
      'event' as achieved_precision
    from (
      ${compileAnniversaries(planned, unit)}
    ) as anniversaries
    inner join int_customer_tiers as tiers
      on anniversaries.customer_id = tiers.customer_id
      and anniversaries.day >= tiers.valid_from and anniversaries.day < tiers.ends_on and tiers.is_active
      and anniversaries.day <= cast('${end}' as date) + 1
    ${recent}`;
}

function compileMoments(planned: PlannedDefinition, metric: string, scope: DetectionScope): string {
  const targets = listTargets(planned.definition);
  const [first] = targets;
  const operator = first?.operator ?? '>=';
  const moments = compileScopedRows(scope, {
    relation: 'int_customer_moments',
    day: 'happened_at',
    columns: ['customer_id', 'happened_at', 'moment_precision', 'value', 'highest_before'],
    condition: `daily.metric = '${metric}'`,
  });
  const matched =
    first?.isEvery === true
      ? `(values (cast('${first.definitionId}' as uuid))) as targets(definition_id)
      on mod(cast(moments.value as bigint), ${first.threshold}) = 0`
      : `${renderTargets(targets)}
      on moments.value ${operator} targets.threshold and not (moments.highest_before ${operator} targets.threshold)`;
  return `select
      moments.customer_id,
      targets.definition_id,
      ${first?.isEvery === true ? renderOccurrence('moments.value') : 'targets.occurrence'} as occurrence,
      min(moments.happened_at) as achieved_at,
      min(moments.moment_precision) as achieved_precision
    from (${moments}) as moments
    inner join ${matched}
    group by 1, 2, 3`;
}

function compileLevel(
  planned: PlannedDefinition,
  source: MetricSource & { kind: 'level' },
  scope: DetectionScope,
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
      lead: hold - 1,
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
      ${renderMidnight('reached_on')} as achieved_at,
      'day' as achieved_precision
    from (${reached}) as reached`;
  };
  return listTargets(planned.definition).map(first).join('\n    union all\n    ');
}

/** A trailing sum of a counter: the difference of two running totals. */
function compileWindow(
  planned: PlannedDefinition,
  source: MetricSource & { kind: 'window' },
  scope: DetectionScope,
): string {
  const total = quoteIdentifier(`${source.column}_total`);
  const rows = compileScopedRows(scope, {
    relation: LEDGER,
    day: 'metric_date',
    columns: ['customer_id', 'metric_date', total],
    condition: 'true',
  });
  return `select
      daily.customer_id,
      targets.definition_id,
      targets.occurrence,
      ${renderMidnight('min(daily.metric_date)')} as achieved_at,
      'day' as achieved_precision
    from (${rows}) as daily
    left join ${LEDGER} as before
      on daily.customer_id = before.customer_id and before.metric_date = daily.metric_date - ${source.days}
    inner join ${renderTargets(listTargets(planned.definition))}
      on daily.${total} - coalesce(before.${total}, 0) ${planned.definition.condition.operator ?? '>='} targets.threshold
    group by 1, 2, 3`;
}

/** True in SQL when a day's events took the running total over a threshold, or over the next multiple of a step. */
function renderCrossing(column: string, { operator, threshold, isEvery }: Target, table: string): string {
  const [after, before] = [`${table}.${column}_total`, `${table}.${column}_total - ${table}.${column}`];
  if (isEvery) return `floor((${after}) / ${threshold}.0) > floor((${before}) / ${threshold}.0)`;
  return `(${after} ${operator} ${threshold} and not (${before} ${operator} ${threshold}))`;
}

/** Days on which counters passed thresholds: one look at the ledger for all of them. */
export function compileCrossings(planned: readonly PlannedDefinition[], scope: DetectionScope): string {
  const byColumn = new Map<string, Target[]>();
  for (const { definition, source } of planned) {
    if (source.kind !== 'counter') continue;
    byColumn.set(source.column, [...(byColumn.get(source.column) ?? []), ...listTargets(definition)]);
  }
  const columns = [...byColumn.keys()];
  const any = columns.map((column) => {
    const targets = byColumn.get(column) ?? [];
    const crossings = targets.map((target) => renderCrossing(column, target, 'daily'));
    return `(daily.${column} > 0 and (${crossings.join(' or ')}))`;
  });
  return compileScopedRows(scope, {
    relation: LEDGER,
    day: 'metric_date',
    columns: ['customer_id', 'metric_date', ...columns.flatMap((column) => [column, `${column}_total`])],
    condition: `(${any.join(' or ')})`,
  });
}

function compileEvents(events: CounterEvents, column: string): string {
  const { relation, at, key, amount, types } = events;
  const moment = quoteIdentifier(at);
  const ofType = types === null ? '' : `event_type in (${types.map((type) => `'${type}'`).join(', ')}) and `;
  // The first day of all crossings: most of history is passed over unread when only the last days are looked at.
  const first = `(select ${renderMidnight('min(metric_date)')} from milestone_crossings where ${column} > 0)`;
  return `select
        events.customer_id, days.metric_date, events.happened_at,
        sum(events.amount) over (
          partition by events.customer_id, days.metric_date order by events.happened_at, events.event_key
          rows between unbounded preceding and current row
        ) as so_far
      from (
        select customer_id, ${moment} as happened_at, ${key} as event_key, ${amount ?? '1'} as amount from ${relation}
        where ${ofType}${moment} >= ${first}
      ) as events
      inner join (select distinct customer_id, metric_date from milestone_crossings where ${column} > 0) as days
        on events.customer_id = days.customer_id
        and events.happened_at >= ${renderMidnight('days.metric_date')}
        and events.happened_at < ${renderMidnight('days.metric_date + 1')}`;
}

/** The days on which one target was passed, with what was missing to it before the day. */
function compilePassed(column: string, target: Target): string {
  const before = `(crossings.${column}_total - crossings.${column})`;
  const { threshold, isEvery } = target;
  const next = `(floor(${before} / ${threshold}.0) + steps.step) * ${threshold}`;
  const steps = isEvery ? `inner join milestone_steps as steps on ${next} <= crossings.${column}_total` : '';
  return `select crossings.customer_id, crossings.metric_date,
        ${isEvery ? next : renderNumber(threshold)} as threshold,
        ${isEvery ? next : renderNumber(threshold)} - ${before} as missing
      from milestone_crossings as crossings ${steps}
      where crossings.${column} > 0 and ${renderCrossing(column, target, 'crossings')}`;
}

/** The moments of a counter's thresholds: on the days of `milestone_crossings`, the event that passed them. */
function compileCounter({ definition }: PlannedDefinition, source: Counter): string {
  const { column, events } = source;
  const targets = listTargets(definition);
  const operator = targets[0]?.operator ?? '>=';
  const moment = events === null ? 'cast(null as timestamptz)' : 'min(events.happened_at)';
  const join =
    events === null
      ? ''
      : `left join (${compileEvents(events, column)}) as events
      on passed.customer_id = events.customer_id and passed.metric_date = events.metric_date
      and events.so_far ${operator} passed.missing`;
  return `select
      passed.customer_id,
      cast('${definition.id}' as uuid) as definition_id,
      ${renderOccurrence('passed.threshold')} as occurrence,
      coalesce(${moment}, ${renderMidnight('passed.metric_date')}) as achieved_at,
      case when ${moment} is null then 'day' else 'event' end as achieved_precision
    from (${targets.map((target) => compilePassed(column, target)).join('\n    union all\n    ')}) as passed
    ${join}
    group by passed.customer_id, passed.metric_date, passed.threshold`;
}

/**
 * The query that finds every (customer_id, definition_id, occurrence, achieved_at, achieved_precision) of one definition in
 * a scope. It reads the models of the warehouse by their bare names, and the temporary tables `milestone_crossings` and
 * `milestone_steps` that `runDetection` makes.
 */
export function compileDetection(planned: PlannedDefinition, range: DetectionRange): string {
  const { source } = planned;
  const { scope } = range;
  if (source.kind === 'tenure') return compileTenure(planned, source.unit, range);
  if (source.kind === 'moments') return compileMoments(planned, source.metric, scope);
  if (source.kind === 'level') return compileLevel(planned, source, scope);
  if (source.kind === 'window') return compileWindow(planned, source, scope);
  return compileCounter(planned, source);
}
