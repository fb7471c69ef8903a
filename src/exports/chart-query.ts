import type { ChartFilter, ChartParams } from './superset-types.ts';

/** What one query of a chart asks of its dataset. */
export interface ChartQuery {
  readonly columns: readonly string[];
  /** The time axis among the columns, and its grain as an ISO period. */
  readonly time: { readonly column: string; readonly grain: string } | null;
  /** Saved metrics. */
  readonly metrics: readonly string[];
  readonly filters: readonly ChartFilter[];
  readonly order: readonly { readonly name: string; readonly isAscending: boolean }[];
  readonly limit: number;
}

function listNames(value: unknown): readonly string[] {
  if (typeof value === 'string') return value === '' ? [] : [value];
  return Array.isArray(value) ? value.filter((name): name is string => typeof name === 'string') : [];
}

/** Where each kind of chart keeps its columns and its metrics; charts of several queries have several. */
const PLACES: Readonly<
  Record<string, readonly { readonly columns: readonly string[]; readonly metrics: readonly string[] }[]>
> = {
  big_number_total: [{ columns: [], metrics: ['metric'] }],
  gauge_chart: [{ columns: ['groupby'], metrics: ['metric'] }],
  echarts_timeseries_line: [{ columns: ['x_axis', 'groupby'], metrics: ['metrics'] }],
  echarts_timeseries_bar: [{ columns: ['x_axis', 'groupby'], metrics: ['metrics'] }],
  mixed_timeseries: [
    { columns: ['x_axis', 'groupby'], metrics: ['metrics'] },
    { columns: ['x_axis', 'groupby_b'], metrics: ['metrics_b'] },
  ],
  pie: [{ columns: ['groupby'], metrics: ['metric'] }],
  funnel: [{ columns: ['groupby'], metrics: ['metric'] }],
  heatmap_v2: [{ columns: ['x_axis', 'groupby'], metrics: ['metric'] }],
  bubble_v2: [{ columns: ['entity', 'series'], metrics: ['x', 'y', 'size'] }],
  table: [{ columns: ['groupby', 'all_columns'], metrics: ['metrics'] }],
};

function readOrder(params: ChartParams, metrics: readonly string[]): ChartQuery['order'] {
  const columns = listNames(params['order_by_cols']).map((text) => JSON.parse(text) as [string, boolean]);
  if (columns.length > 0) return columns.map(([name, isAscending]) => ({ name, isAscending }));
  const limited = listNames(params['timeseries_limit_metric']);
  const [name] = limited.length > 0 ? limited : metrics;
  return name === undefined ? [] : [{ name, isAscending: params['order_desc'] === false }];
}

/**
 * The queries of a chart, read from its form as Superset's front end reads it. The time axis is a column like others; a
 * kind of chart this export does not make has none.
 */
export function listChartQueries(params: ChartParams): readonly ChartQuery[] {
  const grain = params['time_grain_sqla'];
  const axis = params['x_axis'];
  const time = typeof grain === 'string' && typeof axis === 'string' ? { column: axis, grain } : null;
  return (PLACES[params.viz_type] ?? []).map((places) => {
    const metrics = [...new Set(places.metrics.flatMap((place) => listNames(params[place])))];
    return {
      columns: [...new Set(places.columns.flatMap((place) => listNames(params[place])))],
      time,
      metrics,
      filters: params.adhoc_filters,
      order: time === null ? readOrder(params, metrics) : [],
      limit: Number(params['row_limit'] ?? 10_000),
    };
  });
}
