import type { ChartMeasure, ChartPlan } from './plan-chart.ts';
import { type ChartFilter, type ChartParams, NO_TIME_RANGE } from './superset-types.ts';

const COLOURS = { color_scheme: 'supersetColors' } as const;
const LEGEND = { show_legend: true, legendType: 'scroll', legendOrientation: 'top' } as const;

/** Where a gauge ends; null leaves it to Superset. */
const GAUGE_ENDS: Readonly<Record<string, number>> = { ratio: 1, percent: 100, score: 100, multiple: 5 };

type Form = Readonly<Record<string, unknown>> & { readonly viz_type: string };

function findFirst(plan: ChartPlan): ChartMeasure {
  return plan.measures[0] ?? { name: 'row_count', unit: 'count', format: ',d' };
}

function listNames(measures: readonly ChartMeasure[]): readonly string[] {
  return measures.map(({ name }) => name);
}

/** What rows are put in order by before they are cut off: the first figure of the order, else the first there is. */
function buildSort(plan: ChartPlan): Readonly<Record<string, unknown>> {
  const sorted = plan.order.find(([name]) => listNames(plan.measures).includes(name));
  return {
    timeseries_limit_metric: sorted?.[0] ?? findFirst(plan).name,
    order_desc: (sorted?.[1] ?? 'desc') === 'desc',
    row_limit: plan.limit,
  };
}

function buildNumber(plan: ChartPlan): Form {
  const { name, format } = findFirst(plan);
  return {
    viz_type: 'big_number_total',
    metric: name,
    y_axis_format: format,
    header_font_size: 0.4,
    subheader_font_size: 0.15,
  };
}

function buildGauge(plan: ChartPlan): Form {
  const { name, unit, format } = findFirst(plan);
  return {
    viz_type: 'gauge_chart',
    metric: name,
    groupby: plan.dimensions,
    min_val: 0,
    max_val: GAUGE_ENDS[unit] ?? null,
    number_format: format,
    value_formatter: '{value}',
    row_limit: 10,
    start_angle: 225,
    end_angle: -45,
    show_pointer: true,
    show_progress: true,
    ...COLOURS,
  };
}

function buildTimeAxis(plan: ChartPlan): Readonly<Record<string, unknown>> {
  return {
    x_axis: plan.time?.column,
    time_grain_sqla: plan.time?.grain,
    x_axis_time_format: 'smart_date',
    rich_tooltip: true,
    tooltipTimeFormat: 'smart_date',
    ...COLOURS,
    ...LEGEND,
  };
}

/** Figures of one unit share an axis; a second unit has its own on the right. */
function buildLine(plan: ChartPlan): Form {
  const { unit, format } = findFirst(plan);
  const others = plan.measures.filter((measure) => measure.unit !== unit);
  if (others.length === 0)
    return {
      viz_type: 'echarts_timeseries_line',
      ...buildTimeAxis(plan),
      metrics: listNames(plan.measures),
      groupby: plan.dimensions,
      y_axis_format: format,
      seriesType: 'line',
      row_limit: 10_000,
    };
  return {
    viz_type: 'mixed_timeseries',
    ...buildTimeAxis(plan),
    metrics: listNames(plan.measures.filter((measure) => measure.unit === unit)),
    groupby: plan.dimensions,
    metrics_b: listNames(others),
    groupby_b: plan.dimensions,
    seriesType: 'line',
    seriesTypeB: 'line',
    yAxisIndex: 0,
    yAxisIndexB: 1,
    y_axis_format: format,
    y_axis_format_secondary: others[0]?.format,
    row_limit: 10_000,
    row_limit_b: 10_000,
  };
}

function buildBar(plan: ChartPlan): Form {
  const [category, part] = plan.dimensions;
  const isStacked = plan.chart === 'stacked_bar';
  return {
    viz_type: 'echarts_timeseries_bar',
    x_axis: isStacked ? part : category,
    groupby: isStacked ? [category] : plan.dimensions.slice(1),
    metrics: listNames(plan.measures),
    orientation: 'horizontal',
    x_axis_sort: findFirst(plan).name,
    x_axis_sort_asc: false,
    y_axis_format: findFirst(plan).format,
    show_value: true,
    rich_tooltip: true,
    ...(isStacked ? { stack: 'Stack' } : {}),
    ...buildSort(plan),
    ...COLOURS,
    ...LEGEND,
  };
}

function buildShares(plan: ChartPlan): Form {
  const { name, format } = findFirst(plan);
  const shared = {
    groupby: plan.dimensions,
    metric: name,
    sort_by_metric: true,
    number_format: format,
    show_labels: true,
    row_limit: plan.limit,
    ...COLOURS,
    ...LEGEND,
  };
  return plan.chart === 'funnel'
    ? { viz_type: 'funnel', ...shared, percent_calculation_type: 'first_step', tooltip_label_type: 5 }
    : {
        viz_type: 'pie',
        ...shared,
        label_type: 'key_percent',
        labels_outside: true,
        innerRadius: 30,
        outerRadius: 70,
      };
}

function buildHeatMap(plan: ChartPlan): Form {
  const [down, across] = plan.dimensions;
  const { name, format } = findFirst(plan);
  return {
    viz_type: 'heatmap_v2',
    x_axis: across,
    groupby: down,
    metric: name,
    sort_x_axis: 'alpha_asc',
    sort_y_axis: 'alpha_asc',
    normalize_across: 'heatmap',
    linear_color_scheme: 'superset_seq_1',
    y_axis_format: format,
    show_values: true,
    show_legend: true,
    legend_type: 'continuous',
    row_limit: 10_000,
  };
}

function buildScatter(plan: ChartPlan): Form {
  const [entity, series = null] = plan.dimensions;
  const [x, y, size] = plan.measures;
  return {
    viz_type: 'bubble_v2',
    entity,
    series,
    x: x?.name,
    y: (y ?? x)?.name,
    size: (size ?? y ?? x)?.name,
    xAxisFormat: x?.format,
    y_axis_format: (y ?? x)?.format,
    tooltipSizeFormat: (size ?? y ?? x)?.format,
    max_bubble_size: '25',
    opacity: 0.6,
    order_desc: true,
    row_limit: plan.limit,
    ...COLOURS,
    ...LEGEND,
  };
}

function buildTable(plan: ChartPlan): Form {
  const shared = {
    viz_type: 'table',
    server_page_length: 10,
    show_cell_bars: false,
    table_timestamp_format: 'smart_date',
  };
  if (plan.raw.length > 0)
    return {
      ...shared,
      query_mode: 'raw',
      all_columns: plan.raw,
      order_by_cols: plan.order.map(([name, direction]) => JSON.stringify([name, direction === 'asc'])),
      row_limit: plan.limit,
    };
  return {
    ...shared,
    query_mode: 'aggregate',
    groupby: plan.dimensions,
    metrics: listNames(plan.measures),
    ...buildSort(plan),
  };
}

const BUILDERS: Readonly<Record<string, (plan: ChartPlan) => Form>> = {
  number: buildNumber,
  gauge: buildGauge,
  line: buildLine,
  bar: buildBar,
  stacked_bar: buildBar,
  pie: buildShares,
  funnel: buildShares,
  heat_map: buildHeatMap,
  scatter: buildScatter,
  table: buildTable,
};

/**
 * The form of a chart.
 *
 * @param timeColumn what the time filter is about: the day of the dataset's rows
 */
export function buildChartParams(plan: ChartPlan, timeColumn: string): ChartParams {
  const column = plan.time?.column ?? timeColumn;
  const time: ChartFilter = {
    expressionType: 'SIMPLE',
    clause: 'WHERE',
    subject: column,
    operator: 'TEMPORAL_RANGE',
    comparator: NO_TIME_RANGE,
  };
  return {
    ...(BUILDERS[plan.chart] ?? buildTable)(plan),
    granularity_sqla: column,
    time_range: NO_TIME_RANGE,
    adhoc_filters: [time, ...plan.filters],
    extra_form_data: {},
  };
}
