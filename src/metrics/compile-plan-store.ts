import { quoteIdentifier } from '../base/index.ts';
import type { Dialect } from '../engines/index.ts';
import { buildExactSum, type RenderSum, renderAggregate } from './aggregate-store.ts';
import type { MetricDefinition } from './catalogue.ts';
import type { MetricFilter } from './metric-query.ts';
import type { Leg, MetricPlan, PlannedMetric } from './plan-query.ts';
import type { Period } from './time-range.ts';

type Parameter = string | number | boolean;

/** SQL with `$n` parameters. */
export interface CompiledQuery {
  readonly sql: string;
  readonly parameters: readonly Parameter[];
}

const COMPARED = { gt: '>', gte: '>=', lt: '<', lte: '<=' } as const;

/** The values of a statement's `$n`, in order. */
export class Parameters {
  readonly values: Parameter[] = [];

  add(value: Parameter): string {
    this.values.push(value);
    return `$${this.values.length}`;
  }
}

/** A filter as a condition on an expression. */
export function renderFilter(
  expression: string,
  { operator, values }: MetricFilter,
  parameters: Parameters,
): string {
  const isNumeric = values.every((value) => typeof value === 'number');
  const type = isNumeric ? 'double precision' : 'varchar';
  const side = `cast(${expression} as ${type})`;
  const list = () =>
    values.map((value) => `cast(${parameters.add(isNumeric ? value : String(value))} as ${type})`);
  if (operator === 'set') return `${expression} is not null`;
  if (operator === 'not_set') return `${expression} is null`;
  if (values.length === 0) return operator === 'not_equals' ? 'true' : 'false';
  if (operator === 'equals') return `${side} in (${list().join(', ')})`;
  if (operator === 'not_equals') return `coalesce(${side} not in (${list().join(', ')}), true)`;
  if (operator === 'contains') {
    return `(${list()
      .map((value) => `position(lower(${value}) in lower(${side})) > 0`)
      .join(' or ')})`;
  }
  return `(${list()
    .map((value) => `${side} ${COMPARED[operator]} ${value}`)
    .join(' and ')})`;
}

/** The periods themselves, or those of a comparison; their columns end on `suffix`. */
interface Side {
  readonly suffix: string;
  readonly periods: readonly Period[];
  /** How the engine adds a column up. */
  readonly sum: RenderSum;
}

function renderPeriods(periods: readonly Period[], parameters: Parameters): string {
  const rows = periods.map(({ start, first, last }) => {
    const [a, b, c] = [start, first, last].map((day) => `cast(${parameters.add(day)} as date)`);
    return `(${a}, ${b}, ${c})`;
  });
  return `(values ${rows.join(', ')}) as periods(period, first_day, last_day)`;
}

/** A metric of the rows of a leg that make one group: as it stands where that is one row, else made from its parts. */
export function renderValue(metric: MetricDefinition, leg: Leg, sum: RenderSum): string {
  return leg.isOneRow && leg.overTime === 'last'
    ? `max(cast(${quoteIdentifier(metric.name)} as double precision))`
    : renderAggregate(metric, sum);
}

function renderMetric({ name, metric }: PlannedMetric, leg: Leg, { suffix, sum }: Side): string {
  return `${renderValue(metric, leg, sum)} as ${quoteIdentifier(`${name}${suffix}`)}`;
}

function renderLeg(leg: Leg, side: Side, parameters: Parameters): string {
  const dimensions = leg.dimensions.map(
    ({ name, column }) =>
      `coalesce(cast(${quoteIdentifier(column)} as varchar), 'unknown') as ${quoteIdentifier(name)}`,
  );
  const days =
    leg.overTime === 'last'
      ? 'metric_date = periods.last_day'
      : 'metric_date between periods.first_day and periods.last_day';
  const conditions = [
    ...leg.rows,
    ...leg.filters.map((filter) => renderFilter(quoteIdentifier(filter.column), filter, parameters)),
  ];
  const keys = [1, ...leg.dimensions.map((_, index) => index + 2)];
  return `select
      ${['periods.period', ...dimensions, ...leg.metrics.map((metric) => renderMetric(metric, leg, side))].join(',\n      ')}
    from ${renderPeriods(side.periods, parameters)}
    inner join ${quoteIdentifier(leg.table)} on ${days}
    ${conditions.length === 0 ? '' : `where ${conditions.map((condition) => `(${condition})`).join(' and ')}\n    `}group by ${keys.join(', ')}`;
}

/** The change against a comparison: ratios in points, the rest in its unit; in percent where that has a meaning. */
function renderChange({ name, metric }: PlannedMetric, comparison: string): readonly string[] {
  const now = quoteIdentifier(name);
  const before = quoteIdentifier(`${name}__${comparison}`);
  const points = metric.unit === 'ratio' ? '100 * ' : '';
  const isShare = metric.unit === 'ratio' || metric.unit === 'percent';
  const percent = isShare
    ? 'cast(null as double precision)'
    : `100 * (${now} - ${before}) / nullif(abs(${before}), 0)`;
  return [
    before,
    `${points}(${now} - ${before}) as ${quoteIdentifier(`${name}__${comparison}_change`)}`,
    `${percent} as ${quoteIdentifier(`${name}__${comparison}_pct`)}`,
  ];
}

function renderColumns(plan: MetricPlan): readonly string[] {
  const planned = new Map(plan.legs.flatMap((leg) => leg.metrics.map((metric) => [metric.name, metric])));
  return plan.metrics.flatMap(({ name }) => {
    const metric = planned.get(name);
    if (metric === undefined) return [`cast(null as double precision) as ${quoteIdentifier(name)}`];
    return [
      quoteIdentifier(name),
      ...plan.comparisons.flatMap(({ comparison }) => renderChange(metric, comparison)),
    ];
  });
}

function renderOrder(plan: MetricPlan): string {
  const names = new Set([...plan.dimensions, ...plan.metrics.map(({ name }) => name), 'period']);
  const asked = plan.query.order
    .filter(([name]) => names.has(name))
    .map(([name, direction]) => `${quoteIdentifier(name)} ${direction} nulls last`);
  const rest = ['period', ...plan.dimensions].map(quoteIdentifier);
  return [...asked, ...rest].join(', ');
}

/**
 * A plan as one SQL statement over the warehouse: each leg and each comparison by itself, joined in full, so that a
 * segment that vanished still shows.
 */
export function compileMetricPlan(plan: MetricPlan, dialect: Dialect): CompiledQuery {
  const parameters = new Parameters();
  const sum = buildExactSum(dialect);
  const sides: readonly Side[] = [
    { suffix: '', periods: plan.periods.periods, sum },
    ...plan.comparisons.map(({ comparison, periods }) => ({ suffix: `__${comparison}`, periods, sum })),
  ];
  const legs = sides.flatMap((side) => plan.legs.map((leg) => renderLeg(leg, side, parameters)));
  const keys = ['period', ...plan.dimensions].map(quoteIdentifier);
  const none = `select ${['periods.period', ...plan.dimensions.map((name) => `cast(null as varchar) as ${quoteIdentifier(name)}`)].join(', ')} from `;
  const ctes =
    legs.length > 0
      ? legs.map((leg, index) => `leg_${index + 1} as (\n    ${leg}\n  )`)
      : [`leg_1 as (${none}${renderPeriods(plan.periods.periods, parameters)})`];
  const joined = ctes
    .map((_, index) => (index === 0 ? 'leg_1' : `full join leg_${index + 1} using (${keys.join(', ')})`))
    .join('\n  ');
  const having = plan.metricFilters.map((filter) =>
    renderFilter(quoteIdentifier(filter.member), filter, parameters),
  );
  const sql = `with
  ${ctes.join(',\n  ')},
  answer as (
    select ${[...keys, ...renderColumns(plan)].join(', ')}
    from ${joined}
  )
select * from answer
${having.length === 0 ? '' : `where ${having.join(' and ')}\n`}order by ${renderOrder(plan)}
limit ${plan.query.limit}`;
  return { sql, parameters: parameters.values };
}
