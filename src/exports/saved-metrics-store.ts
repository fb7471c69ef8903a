import type { ExportDomain, ExportMetric, ExportParts } from './export-world.ts';

/** A metric that charts name, as Superset keeps it with a dataset. */
export interface SavedMetric {
  readonly name: string;
  readonly label: string;
  readonly description: string;
  readonly expression: string;
  /** How d3 writes it. */
  readonly format: string;
  /** True for a state or a trailing window: its days must not be added up. */
  readonly isSemiAdditive: boolean;
}

const FORMATS: Readonly<Record<string, string>> = {
  usd: '$,.0f',
  count: ',d',
  ratio: '.1%',
  multiple: ',.2f',
  number: ',.3f',
};

/** How d3 writes a unit. */
export function renderFormat(unit: string): string {
  return FORMATS[unit] ?? ',.1f';
}

/** Days before and after today that the weights reach without fractions. */
const REACH = 1500;
/** How far apart days are: figures under 10^11 are exact to six decimals, greater ones to eighteen digits. */
const DIGITS = 18;

/**
 * What a row weighs, so that one sum tells the last day of any range from all before it: each day weighs 10^18 times the
 * day before and, on a day, the rows of the company as much more than those of its parts. Superset refuses the
 * sub-query that would otherwise find the last day.
 */
function renderWeight(companyRows: string | null): string {
  const day = `(metric_date - current_date + ${REACH})`;
  const level = companyRows === null ? day : `(2 * ${day} + case when ${companyRows} then 1 else 0 end)`;
  return `cast('1e' || (${DIGITS} * ${level}) as numeric)`;
}

/** Parts of metrics on the last day of whatever rows there are, in PostgreSQL. */
function buildLastDayParts(companyRows: string | null): ExportParts {
  const weight = renderWeight(companyRows);
  const last = (value: string) => `round(sum(${value} * ${weight}) / max(${weight}), 6)`;
  const count = (column: string) => last(`case when ${column} is null then 0 else 1 end`);
  return {
    count,
    // Unknown where no row of the last day has a value, never 0.
    sum: (column) => `(${last(`cast(${column} as numeric)`)} / nullif(least(${count(column)}, 1), 0))`,
  };
}

function renderLastDay(domain: ExportDomain, metric: ExportMetric): string {
  const weight = renderWeight(domain.companyRows);
  const rows = `round(sum(${weight}) / max(${weight}), 6)`;
  const parts = buildLastDayParts(domain.companyRows);
  const measure = metric.render(parts);
  if (!metric.isSummable) return `case when ${rows} = 1 then ${measure} end`;
  if (metric.least === null) return measure;
  const { column, oneEntity, several } = metric.least;
  return `case when ${parts.sum(column)} >= case when ${rows} = 1 then ${oneEntity} else ${several} end then ${measure} end`;
}

const LAST_DAY = 'On the last day of the range, or of each group where rows are grouped.';

/** The metrics of a domain over its table. */
export function listDomainMetrics(domain: ExportDomain): readonly SavedMetric[] {
  return domain.metrics.map((metric) => {
    const isSemiAdditive = metric.overTime === 'last';
    const plain: ExportParts = { sum: (column) => `sum(${column})`, count: (column) => `count(${column})` };
    return {
      name: metric.name,
      label: metric.label,
      description: isSemiAdditive ? `${metric.description} ${LAST_DAY}` : metric.description,
      expression: isSemiAdditive ? renderLastDay(domain, metric) : metric.render(plain),
      format: renderFormat(metric.isMultiple ? 'multiple' : metric.unit),
      isSemiAdditive,
    };
  });
}

/** The one metric of a table of many metrics: filtered by `metric_name`, its mean over entities. */
export function buildLongMetric(): SavedMetric {
  const parts = buildLastDayParts(null);
  return {
    name: 'average_value',
    label: 'Average value',
    description: `Mean of metric_value over entities; filter by metric_name. ${LAST_DAY}`,
    expression: `${parts.sum('metric_value')} / nullif(${parts.count('metric_value')}, 0)`,
    format: renderFormat('score'),
    isSemiAdditive: true,
  };
}

const TOTALS = { sum: 'sum', average: 'avg', count: 'count', value: 'max' } as const;

/** A figure of a mart: rows brought together, or `value` where a group is one row. */
export function buildTotal(
  column: { readonly name: string; readonly label: string; readonly unit: string },
  total: keyof typeof TOTALS,
): SavedMetric {
  return {
    name: `${column.name}__${total}`,
    label: column.label,
    description: total === 'value' ? `The value of ${column.name}.` : `The ${total} of ${column.name}.`,
    expression: `${TOTALS[total]}(${column.name})`,
    format: renderFormat(column.unit),
    isSemiAdditive: false,
  };
}

/** How many rows there are. */
export function buildRowCount(): SavedMetric {
  return {
    name: 'row_count',
    label: 'Rows',
    description: 'How many rows there are.',
    expression: 'count(*)',
    format: renderFormat('count'),
    isSemiAdditive: false,
  };
}
