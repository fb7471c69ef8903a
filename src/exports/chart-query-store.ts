import { quoteIdentifier, quoteLiteral } from '../base/index.ts';
import { type ChartQuery, listChartQueries } from './chart-query.ts';
import type { ChartFilter, SupersetChart, SupersetDataset } from './superset-types.ts';

/** Days, half-open. */
export interface DayRange {
  readonly from: string;
  readonly to: string;
}

const GRAINS: Readonly<Record<string, string>> = {
  P1D: 'day',
  P1W: 'week',
  P1M: 'month',
  P3M: 'quarter',
  P1Y: 'year',
};

function renderColumn(dataset: SupersetDataset, name: string): string {
  const column = dataset.columns.find(({ column_name }) => column_name === name);
  return column?.expression ?? quoteIdentifier(name);
}

function renderValue(value: unknown): string {
  return typeof value === 'number' || typeof value === 'boolean'
    ? String(value)
    : quoteLiteral(String(value));
}

function renderFilter(dataset: SupersetDataset, filter: ChartFilter, range: DayRange | null): string | null {
  if (filter.expressionType === 'SQL') return `(${filter.sqlExpression})`;
  const column = renderColumn(dataset, filter.subject);
  const { operator, comparator } = filter;
  if (operator === 'TEMPORAL_RANGE') {
    if (range === null) return null;
    const [from, to] = [range.from, range.to].map((day) => `cast(${quoteLiteral(day)} as date)`);
    return `${column} >= ${from} and ${column} < ${to}`;
  }
  if (operator === 'IS NULL' || operator === 'IS NOT NULL') return `${column} ${operator.toLowerCase()}`;
  if (Array.isArray(comparator))
    return `${column} ${operator.toLowerCase()} (${comparator.map(renderValue).join(', ')})`;
  return `${column} ${operator.toLowerCase()} ${renderValue(comparator)}`;
}

function renderFrom({ schema, table_name, sql }: SupersetDataset): string {
  if (sql !== null) return `(${sql}) as virtual_table`;
  return `${quoteIdentifier(schema)}.${quoteIdentifier(table_name)}`;
}

function renderQuery(dataset: SupersetDataset, query: ChartQuery, range: DayRange | null): string {
  const conditions = (clause: 'WHERE' | 'HAVING') =>
    query.filters
      .filter((filter) => filter.clause === clause)
      .map((filter) => renderFilter(dataset, filter, range))
      .filter((condition) => condition !== null);
  const columns = query.columns.map((name) => {
    const column = renderColumn(dataset, name);
    const isTime = query.time?.column === name;
    const unit = GRAINS[query.time?.grain ?? ''] ?? 'day';
    return `${isTime ? `date_trunc('${unit}', ${column})` : column} as ${quoteIdentifier(name)}`;
  });
  const metrics = query.metrics.map((name) => {
    const metric = dataset.metrics.find(({ metric_name }) => metric_name === name);
    return `${metric?.expression ?? 'null'} as ${quoteIdentifier(name)}`;
  });
  const [where, having] = [conditions('WHERE'), conditions('HAVING')];
  const groups = query.columns.map((_, place) => place + 1);
  const order = query.order.map(
    ({ name, isAscending }) => `${quoteIdentifier(name)} ${isAscending ? 'asc' : 'desc'}`,
  );
  return [
    `select ${[...columns, ...metrics].join(',\n  ')}`,
    `from ${renderFrom(dataset)}`,
    ...(where.length === 0 ? [] : [`where ${where.join('\n  and ')}`]),
    ...(metrics.length === 0 || groups.length === 0 ? [] : [`group by ${groups.join(', ')}`]),
    ...(having.length === 0 ? [] : [`having ${having.join('\n  and ')}`]),
    ...(order.length === 0 ? [] : [`order by ${order.join(', ')}`]),
    `limit ${query.limit}`,
  ].join('\n');
}

/**
 * The SQL Superset would run for a chart, one statement for each of its queries.
 *
 * @param range what the dashboard's time filter is set to; null for no filter
 */
export function renderChartSql(
  chart: SupersetChart,
  dataset: SupersetDataset,
  range: DayRange | null = null,
): readonly string[] {
  return listChartQueries(chart.params).map((query) => renderQuery(dataset, query, range));
}
