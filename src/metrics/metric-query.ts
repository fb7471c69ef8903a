import { z } from 'zod';
import { TenureError } from '../base/index.ts';
import { GRANULARITIES } from './calendar.ts';
import { COMPARISONS } from './time-range.ts';

const OPERATORS = ['equals', 'not_equals', 'contains', 'gt', 'gte', 'lt', 'lte', 'set', 'not_set'] as const;

const value = z.union([z.string(), z.number(), z.boolean()]);

const filterSchema = z.strictObject({
  /** A dimension, or one of the metrics asked for. */
  member: z.string(),
  operator: z.enum(OPERATORS),
  values: z.array(value).default([]),
});

export const metricQuerySchema = z.strictObject({
  /** Names of the catalogue; `product.monthly_active_users` where two domains have one of that name. */
  metrics: z.array(z.string()).min(1),
  dimensions: z.array(z.string()).default([]),
  time: z
    .strictObject({
      granularity: z.enum(GRANULARITIES).optional(),
      range: z.union([z.string(), z.strictObject({ from: z.iso.date(), to: z.iso.date() })]).optional(),
      asOf: z.iso.date().optional(),
      /** How the days of a period make one figure; each metric knows, and refuses what has no meaning. */
      aggregate: z.enum(['last', 'sum']).optional(),
    })
    .default({}),
  filters: z.array(filterSchema).default([]),
  compare: z.array(z.enum(COMPARISONS)).default([]),
  order: z.array(z.tuple([z.string(), z.enum(['asc', 'desc'])])).default([]),
  limit: z.int().positive().max(10_000).default(500),
});

/** The question as it is asked: JSON of the API, the CLI and the library. */
export type MetricQuery = z.input<typeof metricQuerySchema>;
export type ParsedQuery = z.infer<typeof metricQuerySchema>;
export type MetricFilter = z.infer<typeof filterSchema>;

/**
 * Checks the shape of a question.
 *
 * @throws TenureError METRIC_QUERY_INVALID naming the place and what is wrong
 */
export function parseMetricQuery(input: unknown): ParsedQuery {
  const result = metricQuerySchema.safeParse(input);
  if (result.success) return result.data;
  const [issue] = result.error.issues;
  const place = issue?.path.map(String).join('.') || 'the query';
  throw new TenureError('METRIC_QUERY_INVALID', { problem: `${place}: ${issue?.message ?? 'is invalid'}` });
}
