import { addDays, quoteIdentifier } from '../base/index.ts';
import type { Dialect, Value } from '../engines/index.ts';
import type { AlertMetric, SeriesRequest, SeriesSql } from './alert-metrics.ts';
import { type AlertRule, parseDays, readCondition } from './alert-rule.ts';
import { countLookBack, renderJudgement } from './judge-store.ts';

/** SQL with `$n` parameters. */
export interface RuleSql {
  readonly sql: string;
  readonly parameters: readonly Value[];
}

/** Days of one entity, or of all of them; both days are included. */
export interface SilentDays {
  readonly entityId: string | null;
  readonly firstDay: string;
  readonly lastDay: string;
}

/** An entity on a day. */
export interface EntityDay {
  readonly entityId: string;
  readonly day: string;
}

/** A rule that can be judged on the days from `firstDay` to `lastDay`. */
export interface RuleRun {
  readonly rule: AlertRule;
  readonly subject: AlertMetric;
  readonly firstDay: string;
  readonly lastDay: string;
  /** Of the warehouse. */
  readonly dialect: Dialect;
}

/** The values a run looks at: those of its days, and as many before as its condition compares with. */
export function buildSeriesRequest({ rule, firstDay, lastDay }: RuleRun): SeriesRequest {
  const days = countLookBack(readCondition(rule)) + parseDays(rule.days).of - 1;
  return {
    grain: rule.for,
    range: { from: addDays(firstDay, -days), to: addDays(lastDay, 1) },
    filters: rule.filters,
  };
}

/**
 * The series of a `sql_model`: its rows on days on which the customer has a contract, with the customer's name and what
 * the rule filters by as they were on the day.
 */
export function compileModelSeries(model: string, { range, filters }: SeriesRequest): SeriesSql {
  const parameters: string[] = [];
  const add = (value: string) => `$${parameters.push(value)}`;
  const conditions = [
    `cast(model.day as date) >= cast(${add(range.from)} as date)`,
    `cast(model.day as date) < cast(${add(range.to)} as date)`,
    ...Object.entries(filters).map(
      ([member, values]) => `days.${quoteIdentifier(member)} in (${values.map(add).join(', ')})`,
    ),
  ];
  const sql = `select
      cast(model.customer_id as varchar) as entity_id,
      max(days.customer_name) as entity_name,
      cast(model.day as date) as metric_date,
      max(cast(model.value as double precision)) as value
    from ${quoteIdentifier(model)} as model
    inner join int_customer_success_days as days
      on cast(model.customer_id as varchar) = days.customer_id and cast(model.day as date) = days.metric_date
    where ${conditions.join(' and ')}
    group by 1, 3`;
  return { sql, parameters };
}

interface Draft {
  readonly ctes: readonly string[];
  readonly parameters: Value[];
  readonly add: (value: Value) => string;
}

/**
 * The CTEs up to `counted`: every judged day with the breaches of its last M days. `entities` is a CTE to take only the
 * entities of.
 */
function draftCounted(run: RuleRun, series: SeriesSql, entities: string | null): Draft {
  const { rule, subject, firstDay, lastDay, dialect } = run;
  const parameters: Value[] = [...series.parameters];
  const add = (value: Value) => `$${parameters.push(value)}`;
  const { of } = parseDays(rule.days);
  const value = subject.kind === 'state' ? `case when lower(value) <> 'unknown' then value end` : 'value';
  const known = `known as materialized (
    select entity_id, entity_name, metric_date, ${value} as value
    from alert_series
    where metric_date <= cast(${add(lastDay)} as date)${entities === null ? '' : `\n      and entity_id in (select entity_id from ${entities})`}
  )`;
  const judged = renderJudgement({
    condition: readCondition(rule),
    target: subject.target,
    isRatio: subject.unit === 'ratio',
    firstDay: addDays(firstDay, 1 - of),
    dialect,
    add,
  });
  const counted = `counted as (
    select
      judged.*,
      sum(case when is_breach then 1 else 0 end) over (
        partition by entity_id order by ${dialect.dayNumber('metric_date')}
        range between ${of - 1} preceding and current row
      ) as breaches
    from judged
  )`;
  return { ctes: [known, judged, counted], parameters, add };
}

/** Rows of typed parameters; one that says nothing when there are none. */
function renderValues(types: readonly string[], rows: readonly (readonly Value[])[], { add }: Draft): string {
  const filled = rows.length === 0 ? [types.map(() => null)] : rows;
  const tuples = filled.map(
    (row) => `(${row.map((value, index) => `cast(${add(value)} as ${types[index]})`).join(', ')})`,
  );
  return `values ${tuples.join(', ')}`;
}

/** The series stands outside, so that a model may have the name of a part of this statement. */
function renderStatement(series: SeriesSql, ctes: readonly string[], answer: string): string {
  return `with alert_series as (
    ${series.sql}
)
select * from (
  with ${ctes.join(',\n  ')}
  ${answer}
) as answer
order by metric_date, entity_id`;
}

const ANSWER = ['entity_id', 'entity_name', 'metric_date', 'value', 'reference', 'measure'];

/**
 * The firings of a rule. A day holds when it is a breach and N of its last M days are. The first day that holds fires,
 * then the first that holds after each cool-down. Days that are silent never fire.
 *
 * `next_day` makes this a walk: from each day that holds, one join leads to the one that fires next.
 */
export function compileFirings(
  run: RuleRun,
  series: SeriesSql,
  history: { readonly fired: readonly EntityDay[]; readonly silent: readonly SilentDays[] },
): RuleSql {
  const draft = draftCounted(run, series, null);
  const { least } = parseDays(run.rule.days);
  const coolDown = run.rule.cool_down_days;
  const silent = history.silent.map(({ entityId, firstDay, lastDay }) => [entityId, firstDay, lastDay]);
  const fired = history.fired.map(({ entityId, day }) => [entityId, day]);
  const ctes = [
    ...draft.ctes,
    `silent(entity_id, first_day, last_day) as (${renderValues(['varchar', 'date', 'date'], silent, draft)})`,
    `fired(entity_id, day) as (${renderValues(['varchar', 'date'], fired, draft)})`,
    `held as materialized (
    select
      counted.*,
      min(metric_date) over (
        partition by entity_id order by ${run.dialect.dayNumber('metric_date')}
        range between ${coolDown} following and unbounded following
      ) as next_day
    from counted
    where is_breach
      and breaches >= ${least}
      and metric_date >= cast(${draft.add(run.firstDay)} as date)
      and not exists (
        select 1 from silent
        where (silent.entity_id is null or silent.entity_id = counted.entity_id)
          and counted.metric_date between silent.first_day and silent.last_day
      )
  )`,
    `begun as (
    select held.entity_id, min(held.metric_date) as metric_date
    from held
    left join fired on held.entity_id = fired.entity_id
    where fired.day is null or held.metric_date >= fired.day + ${coolDown}
    group by held.entity_id
  )`,
  ];
  const columns = [...ANSWER, 'next_day'].map((name) => `day.${name}`).join(', ');
  // By itself: ClickHouse has no recursive `with` in which a part is materialized.
  const answer = `select ${ANSWER.join(', ')} from (
    with recursive walk as (
      select ${columns}
      from held as day
      inner join begun on day.entity_id = begun.entity_id and day.metric_date = begun.metric_date
      union all
      select ${columns}
      from walk
      inner join held as day on walk.entity_id = day.entity_id and walk.next_day = day.metric_date
    )
    select * from walk
  ) as walked`;
  return { sql: renderStatement(series, ctes, answer), parameters: draft.parameters };
}

/** Whether some days of some entities would still hold, and what the value is now. */
export function compileRecheck(run: RuleRun, series: SeriesSql, asked: readonly EntityDay[]): RuleSql {
  const draft = draftCounted(run, series, 'asked');
  const { least } = parseDays(run.rule.days);
  const rows = asked.map(({ entityId, day }) => [entityId, day]);
  const ctes = [
    `asked(entity_id, day) as (${renderValues(['varchar', 'date'], rows, draft)})`,
    ...draft.ctes,
  ];
  const answer = `select
    asked.entity_id,
    asked.day as metric_date,
    counted.value,
    cast(coalesce(counted.is_breach and counted.breaches >= ${least}, false) as boolean) as holds
  from asked
  left join counted on asked.entity_id = counted.entity_id and asked.day = counted.metric_date`;
  return { sql: renderStatement(series, ctes, answer), parameters: draft.parameters };
}
