import type { Dialect, Value } from '../engines/index.ts';
import type { Condition, Operator } from './alert-rule.ts';

/** Days back for a state's last known value. */
const STATE_MEMORY_DAYS = 28;
/** What makes the median, or the mean, of absolute deviations a standard deviation, if the values were normal. */
const MEDIAN_TO_DEVIATION = 1.4826;
const MEAN_TO_DEVIATION = 1.2533;

/** How many days before a day its judgement looks at. */
export function countLookBack(condition: Condition): number {
  if (condition.kind === 'out_of_band') return 7 * condition.weeks;
  if (condition.kind === 'becomes') return STATE_MEMORY_DAYS;
  if (condition.kind !== 'change') return 0;
  if (condition.against === 'previous_week') return 7;
  if (condition.against === 'previous_month') return 31;
  if (condition.against === 'previous_year') return 366;
  return Number.parseInt(condition.against, 10);
}

/** How many known values of the same weekday a band needs. */
export function countBandWeeks(weeks: number): number {
  return Math.max(4, Math.ceil(weeks / 2));
}

/** A condition over the CTE `known`, and how values become parameters of the statement. */
export interface Judgement {
  readonly condition: Condition;
  /** What the metric of the company is held against; null without a target. */
  readonly target: number | null;
  /** A ratio's points are hundredths. */
  readonly isRatio: boolean;
  /** The first day that is judged; earlier ones are there to compare with. */
  readonly firstDay: string;
  readonly dialect: Dialect;
  readonly add: (value: Value) => string;
}

function renderNumber(value: number, { add }: Judgement): string {
  return `cast(${add(value)} as double precision)`;
}

function renderJudged(measured: string, judgement: Judgement, bound: [Operator, number]): string {
  const [operator, value] = bound;
  return `measured as (
    ${measured}
  ),
  judged as (
    select
      entity_id, entity_name, metric_date, value, reference, measure,
      coalesce(measure ${operator} ${renderNumber(value, judgement)}, false) as is_breach
    from measured
  )`;
}

function renderFirstDay({ add, firstDay }: Judgement): string {
  return `metric_date >= cast(${add(firstDay)} as date)`;
}

/** The value against a fixed one: a threshold, or the target. */
function renderFixed(judgement: Judgement, operator: Operator, bound: number): string {
  const measured = `select
      entity_id, entity_name, metric_date, value,
      ${renderNumber(bound, judgement)} as reference, value as measure
    from known
    where ${renderFirstDay(judgement)}`;
  return renderJudged(measured, judgement, [operator, bound]);
}

type Change = Extract<Condition, { kind: 'change' }>;

function renderDayBefore({ against }: Change, day: string): string {
  if (against === 'previous_month') return `cast(${day} - interval '1 month' as date)`;
  if (against === 'previous_year') return `cast(${day} - interval '1 year' as date)`;
  return `${day} - ${against === 'previous_week' ? 7 : Number.parseInt(against, 10)}`;
}

/** The change since a day before; in percent unknown where that was 0. */
function renderChange(judgement: Judgement, condition: Change): string {
  const change = 'now.value - past.value';
  const measure = {
    percent: `100 * (${change}) / nullif(abs(past.value), 0)`,
    points: judgement.isRatio ? `100 * (${change})` : change,
    absolute: change,
  }[condition.unit];
  const measured = `select
      now.entity_id, now.entity_name, now.metric_date, now.value,
      past.value as reference, ${measure} as measure
    from known as now
    left join known as past
      on now.entity_id = past.entity_id
      and past.metric_date = ${renderDayBefore(condition, 'now.metric_date')}
    where now.${renderFirstDay(judgement)}`;
  return renderJudged(measured, judgement, [condition.operator, condition.value]);
}

const SIDES = { above: '', below: '-', either: 'abs' } as const;

/**
 * How many deviations the value lies from the median of the same weekday in the weeks before, the day itself left out.
 * Where more than half of the values are equal the mean deviation stands in; where all are, there is no band.
 */
function renderBand(judgement: Judgement, condition: Extract<Condition, { kind: 'out_of_band' }>): string {
  const weeks = Array.from({ length: condition.weeks }, (_, index) => `(${index + 1})`).join(', ');
  const spread = `coalesce(nullif(${MEDIAN_TO_DEVIATION} * spreads.median_deviation, 0), ${MEAN_TO_DEVIATION} * spreads.mean_deviation)`;
  const distance = 'now.value - spreads.median_value';
  const measured = `select
      now.entity_id, now.entity_name, now.metric_date, now.value,
      spreads.median_value as reference,
      case
        when spreads.spread > 0.000000001 * abs(spreads.median_value)
          then ${SIDES[condition.direction]}((${distance}) / spreads.spread)
      end as measure
    from known as now
    left join (select spreads.*, ${spread} as spread from spreads) as spreads
      on now.entity_id = spreads.entity_id and now.metric_date = spreads.metric_date
    where now.${renderFirstDay(judgement)}`;
  return `weeks(week) as (values ${weeks}),
  pairs as (
    select now.entity_id, now.metric_date, past.value
    from known as now
    cross join weeks
    inner join known as past
      on now.entity_id = past.entity_id and past.metric_date = now.metric_date - 7 * weeks.week
    where now.value is not null and past.value is not null and now.${renderFirstDay(judgement)}
  ),
  centres as (
    select entity_id, metric_date, percentile_cont(0.5) within group (order by value) as median_value
    from pairs
    group by entity_id, metric_date
    having count(*) >= ${countBandWeeks(condition.weeks)}
  ),
  spreads as (
    select
      centres.entity_id, centres.metric_date, centres.median_value,
      percentile_cont(0.5) within group (order by abs(pairs.value - centres.median_value)) as median_deviation,
      avg(abs(pairs.value - centres.median_value)) as mean_deviation
    from pairs
    inner join centres on pairs.entity_id = centres.entity_id and pairs.metric_date = centres.metric_date
    group by centres.entity_id, centres.metric_date, centres.median_value
  ),
  ${renderJudged(measured, judgement, ['>', condition.z])}`;
}

/** A state that is one of some values, and by its last known value before was none of them. */
function renderBecomes(judgement: Judgement, values: readonly string[]): string {
  const list = () => values.map((value) => `lower(cast(${judgement.add(value)} as varchar))`).join(', ');
  return `remembered as (
    select
      entity_id, entity_name, metric_date, value,
      max(case when value is not null then metric_date end) over (
        partition by entity_id order by ${judgement.dialect.dayNumber('metric_date')}
        range between ${STATE_MEMORY_DAYS} preceding and 1 preceding
      ) as known_before
    from known
  ),
  judged as (
    select
      now.entity_id, now.entity_name, now.metric_date, now.value,
      past.value as reference, cast(null as double precision) as measure,
      coalesce(lower(now.value) in (${list()}) and lower(past.value) not in (${list()}), false) as is_breach
    from remembered as now
    left join known as past on now.entity_id = past.entity_id and now.known_before = past.metric_date
    where now.${renderFirstDay(judgement)}
  )`;
}

/**
 * The CTEs that make `judged` of `known` (entity_id, entity_name, metric_date, value): every day from `firstDay` on
 * with what it is held against, what was compared, and whether it is a breach. What is unknown is none.
 */
export function renderJudgement(judgement: Judgement): string {
  const { condition, target } = judgement;
  if (condition.kind === 'threshold') return renderFixed(judgement, condition.operator, condition.value);
  if (condition.kind === 'change') return renderChange(judgement, condition);
  if (condition.kind === 'out_of_band') return renderBand(judgement, condition);
  if (condition.kind === 'becomes') return renderBecomes(judgement, condition.values);
  const bound = ((target ?? Number.NaN) * condition.percent) / 100;
  return renderFixed(judgement, condition.operator, bound);
}
