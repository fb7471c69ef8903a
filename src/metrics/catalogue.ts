import { z } from 'zod';

/** The domains of the metrics layer, as `metrics_unified_domains` names them. */
export const DOMAINS = ['customer_success', 'sales', 'product', 'marketing'] as const;

export const UNITS = [
  'usd',
  'count',
  'ratio',
  'percent',
  'score',
  'hours',
  'days',
  'minutes',
  'years',
] as const;

const name = z.string().regex(/^[a-z][a-z0-9_]*$/, 'must be a column name in lower case');
const sentence = z.string().min(1);

const about = {
  name,
  label: sentence,
  description: sentence,
  unit: z.enum(UNITS),
  /** A ratio that people call so many times: 2.9×, not 290 %. */
  is_multiple: z.literal(true).optional(),
  /** Whether more is better; colours comparisons. */
  good_direction: z.enum(['up', 'down', 'none']),
  importance_tier: z.enum(['tier_1', 'tier_2', 'tier_3']),
  /** The team that answers for the definition. */
  owner: sentence,
  synonyms: z.array(sentence).default([]),
  /** The figure is made by the health definition of the warehouse too, whose version is part of its receipt. */
  rests_on: z.literal('health').optional(),
  /** Source table → how many trailing days the metric looks at on a day; null for any history or a table of state. */
  needs: z.record(z.string(), z.int().positive().nullable()),
};

/** How the rows of a day become one figure, and the days of a period. */
const measured = {
  /** `last`: a state or a trailing window, taken from the last day of a period. `sum`: a flow of that day alone. */
  over_time: z.enum(['last', 'sum']),
  /** SQL over staging models that comes to the same figure another way; see `renderCheckQuery`. */
  check_query: sentence,
  /** The figure is unknown while a part is below: for one entity, for several. */
  least: z.strictObject({ column: name, one_entity: z.int(), several: z.int() }).optional(),
};

const simple = z.strictObject({
  ...about,
  ...measured,
  type: z.literal('simple'),
  expression: name,
  /** `none`: rows of several entities do not make one figure (distinct counts over channels). */
  over_entities: z.enum(['sum', 'average', 'none']),
});

const ratio = z.strictObject({
  ...about,
  ...measured,
  type: z.literal('ratio'),
  numerator: name,
  denominator: name,
});

const derived = z.strictObject({
  ...about,
  ...measured,
  type: z.literal('derived'),
  /** Over columns of the table, each of which is a sum over entities. */
  expression: sentence,
});

const metric = z.discriminatedUnion('type', [simple, ratio, derived]);

/** One domain's file. */
export const domainSchema = z.strictObject({
  domain: z.enum(DOMAINS),
  /** The model whose columns the metrics are. */
  table: name,
  /** What a row of it stands for. */
  entity_type: name,
  entity_id: name,
  entity_name: name,
  /** What to group and filter by, beside the entity: name → its column, if of another name, and the rows it needs. */
  dimensions: z
    .record(name, z.strictObject({ column: name.optional(), rows: sentence.optional() }))
    .default({}),
  /** Which rows stand for the whole company; left out where there are none, and all rows together are the company. */
  company_rows: sentence.optional(),
  /** The model with every day of the rows that make up the company, where the table holds the last days only. */
  history: name.optional(),
  /** Which rows `metrics_unified_domains` takes, all of one entity type. */
  unified_rows: sentence.optional(),
  /** What those rows stand for, where it is not `entity_type`. */
  unified_entity_type: name.optional(),
  metrics: z.array(metric),
});

type DomainFile = z.infer<typeof domainSchema>;

export type MetricDefinition = z.infer<typeof metric>;

/** A metric and the domain it belongs to. */
export type Metric = MetricDefinition & { readonly domain: Domain };

/** A domain without its metrics. */
export type Domain = Readonly<Omit<DomainFile, 'metrics'>>;

/** Every metric there is, defined once. */
export interface Catalogue {
  readonly domains: readonly Domain[];
  readonly metrics: readonly Metric[];
}

/** Whether rows of several entities make one figure. */
export function isSummable(metric: MetricDefinition): boolean {
  return metric.type !== 'simple' || metric.over_entities !== 'none';
}

/** Whether the company as a whole has a figure of it: rows of its own, or entities that make one figure. */
export function hasCompanyFigure(metric: Metric): boolean {
  return metric.domain.company_rows !== undefined || isSummable(metric);
}
