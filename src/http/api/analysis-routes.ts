import { z } from '@hono/zod-openapi';
import { type ApiHandlers, defineRoutes, interval, limit, name, offset, row } from './api-route.ts';

const optionalNumber = z.number().nullable();
const test = z.object({ chiSquare: z.number(), degrees: z.number(), p: z.number() });

const group = z.object({
  value: z.string().nullable(),
  customers: z.int(),
  churned: z.int(),
  median: z.object({ time: optionalNumber, low: optionalNumber, high: optionalNumber }),
  restrictedMean: z.object({ mean: z.number(), error: z.number(), interval, isObserved: z.boolean() }),
  points: z.array(
    z.object({
      day: z.number(),
      survival: optionalNumber,
      interval: interval.nullable(),
      atRisk: z.int(),
    }),
  ),
  steps: z.array(
    z.object({
      time: z.number(),
      atRisk: z.int(),
      events: z.int(),
      censored: z.int(),
      survival: z.number(),
      variance: z.number(),
      interval: interval.nullable(),
    }),
  ),
});

const hazards = z.object({
  customers: z.int(),
  churned: z.int(),
  terms: z.array(
    z.object({
      name: z.string(),
      coefficient: z.number(),
      error: z.number(),
      hazardRatio: z.number(),
      interval,
      z: z.number(),
      p: z.number(),
      column: z.string(),
      value: z.string().nullable(),
      reference: z.string().nullable(),
      proportionality: test.extend({ name: z.string(), correlation: z.number() }).nullable(),
    }),
  ),
  likelihoodRatio: test,
  concordance: optionalNumber,
  proportionality: test.nullable(),
  notes: z.array(z.string()),
});

const page = z.strictObject({
  limit: limit(100),
  offset,
  order: name.optional().describe('A column; the first unless given.'),
  direction: z.enum(['asc', 'desc']).default('asc'),
});

const pageAnswer = z.object({ rows: z.array(row), total: z.int() });

export const ANALYSIS_ROUTES = defineRoutes({
  showSurvival: {
    method: 'get',
    path: '/v1/survival',
    tag: 'Analysis',
    summary: 'How long customers stay: survival curves with intervals, groups compared, Cox’s model.',
    role: 'viewer',
    query: z.strictObject({
      by: name.optional().describe('A column of `customer_survival` to compare customers by.'),
      cox: name
        .optional()
        .describe('Columns for Cox’s model, with commas between; `usual` for the usual ones.'),
      horizon: z.coerce.number<number>().int().min(1).max(36_500).optional(),
      landmark: z.coerce.number<number>().int().min(0).max(36_500).optional(),
    }),
    answer: z.object({
      asOf: z.string().nullable(),
      by: z.string().nullable(),
      landmark: z.number(),
      horizon: z.number(),
      customers: z.int(),
      churned: z.int(),
      groups: z.array(group),
      logRank: test.extend({ observed: z.array(z.number()), expected: z.array(z.number()) }).nullable(),
      cox: hazards.nullable(),
      notes: z.array(z.string()),
    }),
  },
  listFunnel: {
    method: 'get',
    path: '/v1/funnel',
    tag: 'Analysis',
    summary: 'The steps of the funnel, a page of `funnel_conversion_analysis`.',
    role: 'viewer',
    query: page,
    answer: pageAnswer,
  },
  listLifetimeValues: {
    method: 'get',
    path: '/v1/lifetime-values',
    tag: 'Analysis',
    summary: 'What customers brought, a page of `customer_lifetime_value`.',
    role: 'viewer',
    query: page,
    answer: pageAnswer,
  },
});

export const analysisHandlers: ApiHandlers<typeof ANALYSIS_ROUTES> = {
  showSurvival: async ({ tenure }, { query: { cox, ...rest } }) =>
    tenure.survival({
      ...rest,
      cox: cox === 'usual' ? true : cox?.split(',').map((column) => column.trim()),
    }),
  listFunnel: async ({ tenure }, { query: { order, ...rest } }) => tenure.funnel({ ...rest, orderBy: order }),
  listLifetimeValues: async ({ tenure }, { query: { order, ...rest } }) =>
    tenure.lifetimeValues({ ...rest, orderBy: order }),
};
