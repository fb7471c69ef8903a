import { z } from 'zod';

/** How a tile shows its figures. */
const CHARTS = [
  'number',
  'line',
  'bar',
  'stacked_bar',
  'pie',
  'heat_map',
  'gauge',
  'funnel',
  'scatter',
  'table',
  'survival',
] as const;

/** Units of columns: those of metrics, and what is no figure. */
const UNITS = [
  'usd',
  'count',
  'ratio',
  'multiple',
  'number',
  'percent',
  'score',
  'hours',
  'days',
  'minutes',
  'years',
  'text',
  'day',
  'month',
] as const;

const name = z.string().regex(/^[a-z][a-z0-9_]*$/, 'must be a name in lower case, such as mrr_trend');
const dashboardName = z
  .string()
  .regex(/^[a-z][a-z0-9-]*$/, 'must be a name in lower case, such as customer-success');
const sentence = z.string().min(1);
const direction = z.enum(['asc', 'desc']);
const value = z.union([z.string(), z.number(), z.boolean()]);

const filter = z.strictObject({
  member: sentence,
  operator: z.enum(['equals', 'not_equals', 'contains', 'gt', 'gte', 'lt', 'lte', 'set', 'not_set']),
  values: z.array(value).default([]),
});

/** A question to the metrics layer; range, comparison and filters of the page are added to it. */
const ask = z.strictObject({
  metrics: z.array(sentence).min(1),
  /** Dimensions that are shown. */
  by: z.array(name).default([]),
  /** Dimensions that are only asked for, to tell rows apart and to link to them. */
  keys: z.array(name).default([]),
  /** `auto` follows the length of the range; without it the range is one period. */
  every: z.enum(['auto', 'day', 'week', 'month', 'quarter']).optional(),
  /** Instead of the range of the page, for example `last 12 months`. */
  range: sentence.optional(),
  filters: z.array(filter).default([]),
  order: z.array(z.tuple([sentence, direction])).default([]),
  limit: z.int().positive().max(2000).default(500),
  /** False where a comparison would say nothing. */
  compare: z.boolean().default(true),
  /** The order of the values of the first dimension, where they have one of their own. */
  values: z.array(z.string()).optional(),
});

const column = z.strictObject({
  name,
  label: sentence,
  unit: z.enum(UNITS).default('text'),
  good_direction: z.enum(['up', 'down', 'none']).default('none'),
  /** How rows are brought together; then the columns without it are what rows are grouped by. */
  total: z.enum(['sum', 'average', 'count']).optional(),
  /** Why a row may have no value here. */
  unknown: sentence.optional(),
  /** Only there for links and filters. */
  hidden: z.boolean().default(false),
});

/** Rows of a model of the warehouse. */
const model = z.strictObject({
  name,
  columns: z.array(column).min(1),
  where: z.array(z.strictObject({ column: name, values: z.array(value).min(1) })).default([]),
  /** The column with the day of a row: the page's day is taken. */
  day: name.optional(),
  /** The column with the first day of a row's period: the periods of the page's range are taken. */
  period: name.optional(),
  /** Instead of the range of the page. */
  range: sentence.optional(),
  /** Filters of the page that are columns of the model. */
  filters: z.array(name).default([]),
  order: z.array(z.tuple([name, direction])).default([]),
  limit: z.int().positive().max(2000).default(500),
});

const tile = z
  .strictObject({
    name,
    title: sentence,
    chart: z.enum(CHARTS),
    /** Of twelve columns. */
    span: z.union([z.literal(3), z.literal(4), z.literal(6), z.literal(8), z.literal(12)]).optional(),
    /** What a reader has to know beside the figures. */
    note: sentence.optional(),
    /** Where a row leads: a path with columns in braces, `/customers/{customer_id}`. */
    drill: z.string().startsWith('/').optional(),
    ask: ask.optional(),
    model: model.optional(),
    survival: z.strictObject({ by: name.optional() }).optional(),
  })
  .refine(
    ({ ask: asked, model: read, survival }) =>
      [asked, read, survival].filter((source) => source !== undefined).length === 1,
    'has exactly one of ask, model and survival',
  );

/** A dashboard's file. */
export const dashboardSchema = z.strictObject({
  name: dashboardName,
  title: sentence,
  /** Whose morning it is for, and what it answers. */
  purpose: sentence,
  /** Its place among the dashboards. */
  order: z.int().default(100),
  /** Dimensions to filter by, in order. */
  filters: z.array(name).default([]),
  /** What is shown unless the address says otherwise: `90d`. */
  range: z.enum(['30d', '90d', '6m', '12m']).default('90d'),
  tiles: z.array(tile).min(1),
});

export type Dashboard = Readonly<z.infer<typeof dashboardSchema>>;
export type Tile = Readonly<z.infer<typeof tile>>;
export type TileAsk = NonNullable<Tile['ask']>;
export type TileModel = NonNullable<Tile['model']>;
export type Unit = (typeof UNITS)[number];
