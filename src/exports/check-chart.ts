import type { BundleContents, Report } from './bundle-contents.ts';
import { type ChartQuery, listChartQueries } from './chart-query.ts';
import type { CheckedChart, CheckedDataset } from './check-schemas.ts';
import type { ChartParams } from './superset-types.ts';

/** Metrics that a chart makes itself instead of naming a saved one: objects in the places of names. */
function listOwnMetrics(params: ChartParams): readonly { readonly path: string; readonly column: string }[] {
  return ['metric', 'metrics', 'metrics_b', 'x', 'y', 'size'].flatMap((path) => {
    const values: readonly unknown[] = [params[path]].flat();
    return values.flatMap((value) => {
      const own = value as { aggregate?: string; column?: { column_name?: string } } | null | undefined;
      return typeof own === 'object' && own?.aggregate === 'SUM'
        ? [{ path, column: own.column?.column_name ?? '' }]
        : [];
    });
  });
}

function checkQuery(query: ChartQuery, dataset: CheckedDataset, report: Report): void {
  const columns = new Set(dataset.columns.map(({ column_name }) => column_name));
  const metrics = new Set(dataset.metrics.map(({ metric_name }) => metric_name));
  const where = dataset.table_name;
  for (const name of query.columns)
    if (!columns.has(name)) report('column-unknown', 'params', `${where} has no column ${name}`);
  for (const name of query.metrics)
    if (!metrics.has(name)) report('metric-unknown', 'params', `${where} has no metric ${name}`);
  for (const { name } of query.order)
    if (!columns.has(name) && !metrics.has(name) && !query.metrics.includes(name))
      report('order-unknown', 'params', `${where} has neither column nor metric ${name}`);
}

function checkFilters(params: ChartParams, dataset: CheckedDataset, report: Report): void {
  const columns = new Map(dataset.columns.map((column) => [column.column_name, column]));
  let isTimed = false;
  for (const [place, filter] of params.adhoc_filters.entries()) {
    const path = `params.adhoc_filters.${place}`;
    if (filter.expressionType === 'SQL') {
      if (/\bselect\b/i.test(filter.sqlExpression)) report('sub-query', path, 'Superset refuses sub-queries');
      continue;
    }
    const column = columns.get(filter.subject);
    if (column === undefined)
      report('filter-column', path, `${dataset.table_name} has no column ${filter.subject}`);
    isTimed ||= filter.operator === 'TEMPORAL_RANGE' && column?.is_dttm === true;
  }
  if (!isTimed)
    report(
      'time-filter',
      'params.adhoc_filters',
      'it has no time range, so the filter of a dashboard passes it by',
    );
}

export function checkChart(chart: CheckedChart, contents: BundleContents, report: Report): void {
  const params = chart.params as ChartParams;
  if (params.viz_type !== chart.viz_type)
    report('viz-type', 'params.viz_type', `${params.viz_type} here, ${chart.viz_type} above`);
  const dataset = [...contents.datasets.values()].find(({ uuid }) => uuid === chart.dataset_uuid);
  if (dataset === undefined) {
    report('dataset-reference', 'dataset_uuid', `no dataset of the bundle has ${chart.dataset_uuid}`);
    return;
  }
  const queries = listChartQueries(params);
  for (const query of queries) checkQuery(query, dataset, report);
  const own = listOwnMetrics(params);
  if (own.length === 0 && queries.every(({ columns, metrics }) => columns.length + metrics.length === 0))
    report('chart-empty', 'params', 'it asks for no column and no metric');
  checkFilters(params, dataset, report);
  const states = new Set(
    dataset.metrics
      .filter(({ extra }) => extra?.['additivity'] === 'semi')
      .map(({ metric_name }) => metric_name),
  );
  for (const { path, column } of own)
    if (states.has(column))
      report('sum-over-time', `params.${path}`, `${column} is a state: name its saved metric`);
}
