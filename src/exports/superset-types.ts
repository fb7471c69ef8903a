/** A condition of a chart, as Superset's form keeps it. */
export type ChartFilter =
  | {
      readonly expressionType: 'SIMPLE';
      readonly clause: 'WHERE';
      readonly subject: string;
      readonly operator: string;
      readonly comparator: unknown;
    }
  | { readonly expressionType: 'SQL'; readonly clause: 'WHERE' | 'HAVING'; readonly sqlExpression: string };

/** The form of a chart: what its kind shows of its dataset, and how. */
export type ChartParams = {
  readonly viz_type: string;
  readonly adhoc_filters: readonly ChartFilter[];
} & Readonly<Record<string, unknown>>;

/** A file of `charts/`. */
export interface SupersetChart {
  readonly slice_name: string;
  readonly description: string;
  readonly viz_type: string;
  readonly params: ChartParams;
  readonly cache_timeout: null;
  readonly uuid: string;
  readonly version: '1.0.0';
  readonly dataset_uuid: string;
}

export interface SupersetColumn {
  readonly column_name: string;
  readonly verbose_name: string;
  readonly is_dttm: boolean;
  readonly is_active: true;
  readonly type: string;
  readonly groupby: boolean;
  readonly filterable: true;
  readonly expression: string | null;
  readonly description: string;
}

export interface SupersetMetric {
  readonly metric_name: string;
  readonly verbose_name: string;
  readonly metric_type: string | null;
  readonly expression: string;
  readonly description: string;
  readonly d3format: string;
  /** `additivity` is ours: `semi` for what days do not add up. */
  readonly extra: { readonly additivity: 'full' | 'semi' };
}

/** A file of `datasets/`. */
export interface SupersetDataset {
  readonly table_name: string;
  readonly main_dttm_col: string;
  readonly description: string;
  readonly offset: 0;
  readonly cache_timeout: null;
  readonly schema: string;
  readonly sql: string | null;
  readonly filter_select_enabled: true;
  readonly uuid: string;
  readonly metrics: readonly SupersetMetric[];
  readonly columns: readonly SupersetColumn[];
  readonly version: '1.0.0';
  readonly database_uuid: string;
}

/** A file of `databases/`. */
export interface SupersetDatabase {
  readonly database_name: string;
  readonly sqlalchemy_uri: string;
  readonly cache_timeout: null;
  readonly expose_in_sqllab: true;
  readonly allow_run_async: false;
  readonly allow_ctas: false;
  readonly allow_cvas: false;
  readonly allow_dml: false;
  readonly extra: { readonly allows_virtual_table_explore: true };
  readonly uuid: string;
  readonly version: '1.0.0';
}

/** A part of a dashboard's grid. */
export interface LayoutItem {
  readonly id: string;
  readonly type: string;
  readonly children?: readonly string[];
  readonly parents?: readonly string[];
  readonly meta?: Readonly<Record<string, unknown>>;
}

export interface NativeFilter {
  readonly id: string;
  readonly name: string;
  readonly description: string;
  readonly type: 'NATIVE_FILTER';
  readonly filterType: 'filter_time' | 'filter_select';
  readonly targets: readonly (
    | Readonly<Record<string, never>>
    | { readonly datasetUuid: string; readonly column: { readonly name: string } }
  )[];
  readonly defaultDataMask: Readonly<Record<string, unknown>>;
  readonly controlValues: Readonly<Record<string, unknown>>;
  readonly cascadeParentIds: readonly string[];
  readonly scope: { readonly rootPath: readonly string[]; readonly excluded: readonly number[] };
}

/** A file of `dashboards/`. */
export interface SupersetDashboard {
  readonly dashboard_title: string;
  readonly description: string;
  readonly css: '';
  readonly slug: string;
  readonly uuid: string;
  readonly position: Readonly<Record<string, LayoutItem | string>>;
  readonly metadata: {
    readonly color_scheme: string;
    readonly cross_filters_enabled: true;
    readonly refresh_frequency: 0;
    readonly timed_refresh_immune_slices: readonly number[];
    readonly expanded_slices: Readonly<Record<string, never>>;
    readonly native_filter_configuration: readonly NativeFilter[];
  };
  readonly published: true;
  readonly version: '1.0.0';
}

/** The kinds of charts this export makes, by the names Superset has for them. */
export const VIZ_TYPES = [
  'big_number_total',
  'echarts_timeseries_line',
  'echarts_timeseries_bar',
  'mixed_timeseries',
  'pie',
  'table',
  'heatmap_v2',
  'gauge_chart',
  'funnel',
  'bubble_v2',
] as const;

export const NO_TIME_RANGE = 'No filter';
