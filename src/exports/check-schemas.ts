import { z } from 'zod';
import { VIZ_TYPES } from './superset-types.ts';

/** What Superset's own import refuses: a key it does not know, one that is absent, a value of another kind. */
const version = z.literal('1.0.0');
const uuid = z.string();
const text = z.string().min(1);
const optionalText = z.string().nullish();
const anything = z.record(z.string(), z.unknown()).nullish();

const metadata = z.strictObject({ version, type: z.string().optional(), timestamp: z.string().optional() });

const database = z.strictObject({
  database_name: text,
  sqlalchemy_uri: text,
  password: optionalText,
  cache_timeout: z.int().nullish(),
  expose_in_sqllab: z.boolean(),
  allow_run_async: z.boolean().optional(),
  allow_ctas: z.boolean().optional(),
  allow_cvas: z.boolean().optional(),
  allow_dml: z.boolean().optional(),
  allow_csv_upload: z.boolean().optional(),
  impersonate_user: z.boolean().optional(),
  extra: anything,
  uuid,
  version,
});

const column = z.strictObject({
  column_name: text,
  verbose_name: optionalText,
  is_dttm: z.boolean().nullish(),
  is_active: z.boolean().nullish(),
  type: optionalText,
  advanced_data_type: optionalText,
  groupby: z.boolean().optional(),
  filterable: z.boolean().optional(),
  expression: optionalText,
  description: optionalText,
  python_date_format: optionalText,
  extra: anything,
});

const metric = z.strictObject({
  metric_name: text,
  verbose_name: optionalText,
  metric_type: optionalText,
  expression: text,
  description: optionalText,
  d3format: optionalText,
  currency: anything,
  extra: anything,
  warning_text: optionalText,
});

const dataset = z.strictObject({
  table_name: text,
  main_dttm_col: optionalText,
  description: optionalText,
  default_endpoint: optionalText,
  offset: z.int().optional(),
  cache_timeout: z.int().nullish(),
  catalog: optionalText,
  schema: optionalText,
  sql: optionalText,
  params: anything,
  template_params: anything,
  filter_select_enabled: z.boolean().optional(),
  fetch_values_predicate: optionalText,
  extra: anything,
  normalize_columns: z.boolean().optional(),
  always_filter_main_dttm: z.boolean().optional(),
  folders: z.array(z.unknown()).nullish(),
  uuid,
  columns: z.array(column),
  metrics: z.array(metric),
  version,
  database_uuid: uuid,
});

const filter = z.discriminatedUnion('expressionType', [
  z.looseObject({
    expressionType: z.literal('SIMPLE'),
    clause: z.literal('WHERE'),
    subject: text,
    operator: text,
    comparator: z.unknown(),
  }),
  z.looseObject({
    expressionType: z.literal('SQL'),
    clause: z.enum(['WHERE', 'HAVING']),
    sqlExpression: text,
  }),
]);

const chart = z.strictObject({
  slice_name: text,
  description: optionalText,
  certified_by: optionalText,
  certification_details: optionalText,
  viz_type: z.enum(VIZ_TYPES),
  params: z.looseObject({ viz_type: text, adhoc_filters: z.array(filter) }),
  query_context: optionalText,
  cache_timeout: z.int().nullish(),
  uuid,
  version,
  dataset_uuid: uuid,
});

const layoutItem = z.looseObject({
  id: text,
  type: z.enum(['ROOT', 'GRID', 'HEADER', 'ROW', 'COLUMN', 'CHART', 'MARKDOWN', 'TABS', 'TAB', 'DIVIDER']),
  children: z.array(z.string()).optional(),
  parents: z.array(z.string()).optional(),
  meta: z.record(z.string(), z.unknown()).optional(),
});

const nativeFilter = z.looseObject({
  id: z.string().startsWith('NATIVE_FILTER-'),
  name: text,
  type: z.literal('NATIVE_FILTER'),
  filterType: z.enum(['filter_time', 'filter_select']),
  targets: z.array(
    z.looseObject({ datasetUuid: z.string().optional(), column: z.looseObject({ name: text }).optional() }),
  ),
  scope: z.looseObject({ rootPath: z.array(z.string()), excluded: z.array(z.int()) }),
});

const dashboard = z.strictObject({
  dashboard_title: text,
  description: optionalText,
  css: z.string().nullish(),
  slug: optionalText,
  uuid,
  position: z.record(z.string(), z.union([z.string(), layoutItem])),
  metadata: z.looseObject({ native_filter_configuration: z.array(nativeFilter) }),
  version,
  certified_by: optionalText,
  certification_details: optionalText,
  published: z.boolean().nullish(),
});

/** The schemas by folder of the bundle; `metadata` is the file at its root. */
export const FILE_SCHEMAS = {
  metadata,
  databases: database,
  datasets: dataset,
  charts: chart,
  dashboards: dashboard,
};

export type CheckedDatabase = z.infer<typeof database>;
export type CheckedDataset = z.infer<typeof dataset>;
export type CheckedChart = z.infer<typeof chart>;
export type CheckedDashboard = z.infer<typeof dashboard>;
