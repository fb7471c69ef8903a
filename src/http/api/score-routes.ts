import { z } from '@hono/zod-openapi';
import type { Tenure } from '../../app/index.ts';
import { TenureError } from '../../base/index.ts';
import { type ApiHandlers, day, defineRoutes, interval, name, row } from './api-route.ts';

const MODELS = ['churn', 'expansion'] as const;
const model = z.enum(MODELS);
const nullableNumber = z.number().nullable();

const explanation = z.object({
  customerId: z.string(),
  asOf: z.string(),
  model: z.string(),
  version: z.string(),
  probability: z.number(),
  tier: z.string(),
  baseRate: z.number(),
  base: z.number(),
  logOdds: z.number(),
  reasons: z.array(
    z.object({
      feature: z.string(),
      value: z.string().nullable(),
      contribution: z.number(),
      words: z.string(),
    }),
  ),
});

const entry = z.object({
  model: z.string(),
  version: z.string(),
  champion: z.string(),
  trainedTo: z.string(),
  usableFrom: z.string(),
  usableTo: z.string().nullable(),
  rocAuc: z.number(),
  alarms: z.int(),
});

const measured = interval.extend({ value: z.number() });

const rowsUsed = z.object({
  from: z.string().nullable(),
  to: z.string().nullable(),
  rows: z.int(),
  groups: z.int(),
  events: z.int(),
  baseRate: z.number(),
});

const importance = z.array(z.object({ predictor: z.string(), meanAbsolute: z.number() }));

const drift = z.object({
  predictor: z.string(),
  figure: z.string(),
  before: nullableNumber,
  now: nullableNumber,
  psi: z.number(),
  noise: z.number(),
  isCalendarBound: z.boolean(),
  alarm: z.string().nullable(),
});

const card = z.object({
  name: z.string(),
  version: z.string(),
  note: z.string().nullable(),
  fitted: rowsUsed,
  trained: rowsUsed.nullable(),
  tested: rowsUsed,
  champion: z.string(),
  candidates: z.array(
    z.object({
      candidate: z.string(),
      calibration: z.string(),
      logLoss: z.number(),
      brier: z.number(),
      rocAuc: nullableNumber,
    }),
  ),
  figures: z.object({
    rocAuc: measured,
    prAuc: measured,
    brier: z.number(),
    brierSkill: z.number(),
    logLoss: z.number(),
    calibrationSlope: measured.nullable(),
    topDecile: z.object({
      rows: z.int(),
      precision: z.number(),
      lift: z.number(),
      captured: z.number(),
      mrrCaptured: nullableNumber,
    }),
  }),
  calibrationCurve: z.array(interval.extend({ rows: z.int(), predicted: z.number(), observed: z.number() })),
  tiers: z.array(
    z.object({
      tier: z.string(),
      rows: z.int(),
      events: z.int(),
      predicted: nullableNumber,
      observed: nullableNumber,
    }),
  ),
  oneRule: z.object({ predictor: z.string(), rocAuc: z.number() }).nullable(),
  importance,
  drift: z.array(drift),
  withoutDoubtful: z.object({ predictors: z.array(z.string()), rocAuc: z.number(), importance }).nullable(),
  alarms: z.array(z.object({ kind: z.string(), text: z.string() })),
});

const driftReport = z.object({
  model: z.string(),
  version: z.string(),
  trainedTo: z.string(),
  asOf: z.string(),
  rows: z.object({ reference: z.int(), current: z.int() }),
  predictors: z.array(drift),
});

const realised = z.object({
  version: z.string(),
  usableFrom: z.string(),
  usableTo: z.string().nullable(),
  promised: measured,
  rows: z.int(),
  events: z.int(),
  rocAuc: nullableNumber,
  predicted: nullableNumber,
  observed: nullableNumber,
});

export const SCORE_ROUTES = defineRoutes({
  showFeatures: {
    method: 'get',
    path: '/v1/customers/{id}/features/{model}',
    tag: 'Scores',
    summary: 'The features of a customer, as the model in use reads them.',
    role: 'viewer',
    params: z.strictObject({ id: name, model }),
    answer: row,
  },
  listPredictions: {
    method: 'get',
    path: '/v1/customers/{id}/predictions',
    tag: 'Scores',
    summary: 'The scores of a customer, with the part every predictor has in them.',
    role: 'viewer',
    params: z.strictObject({ id: name }),
    query: z.strictObject({ model: model.optional() }),
    answer: z.object({ predictions: z.array(explanation) }),
  },
  listModels: {
    method: 'get',
    path: '/v1/models',
    tag: 'Scores',
    summary: 'Every trained model, the newest days first.',
    role: 'viewer',
    answer: z.object({ models: z.array(entry) }),
  },
  showModelCard: {
    method: 'get',
    path: '/v1/models/{model}/card',
    tag: 'Scores',
    summary: 'What was published about a model; the one in use now unless a version is given.',
    role: 'viewer',
    params: z.strictObject({ model }),
    query: z.strictObject({ version: name.optional() }),
    answer: card,
  },
  showModelDrift: {
    method: 'get',
    path: '/v1/models/{model}/drift',
    tag: 'Scores',
    summary: 'Whether customers are still like those that the model in use learned from.',
    role: 'viewer',
    params: z.strictObject({ model }),
    answer: driftReport,
  },
  listRealised: {
    method: 'get',
    path: '/v1/models/{model}/realised',
    tag: 'Scores',
    summary: 'How the models of the past did on what happened after them.',
    role: 'viewer',
    params: z.strictObject({ model }),
    answer: z.object({ models: z.array(realised) }),
  },
  showForecast: {
    method: 'get',
    path: '/v1/forecast',
    tag: 'Scores',
    summary: 'What will be won by the end of the running quota period, in USD, with an 80 % interval.',
    role: 'viewer',
    query: z.strictObject({
      owner: name.optional().describe('Id or name; `all` is the company. Everybody unless given.'),
    }),
    answer: z.object({
      asOf: day.nullable(),
      forecasts: z.array(
        z.object({
          ownerId: z.string(),
          ownerName: z.string(),
          periodStart: z.string(),
          periodEnd: z.string(),
          won: nullableNumber,
          stages: z.array(
            z.object({
              stage: z.string(),
              opportunities: z.number(),
              amount: z.number(),
              expected: z.number(),
            }),
          ),
          fresh: nullableNumber,
          forecast: nullableNumber,
          low: nullableNumber,
          high: nullableNumber,
          quota: nullableNumber,
          gap: z.string().nullable(),
        }),
      ),
      quality: z.object({
        company: z.object({ periods: z.int(), looks: z.int(), hitRate: nullableNumber }),
        owners: z.object({ periods: z.int(), looks: z.int(), hitRate: nullableNumber }),
      }),
    }),
  },
});

type Explained = Awaited<ReturnType<Tenure['scores']['explain']>>;

/** The scores there are; a customer may have one of them only. */
async function fetchPredictions(
  { scores }: Tenure,
  customerId: string,
  models: readonly string[],
): Promise<readonly Explained[]> {
  const found: Explained[] = [];
  for (const wanted of models) {
    try {
      found.push(await scores.explain(wanted, customerId));
    } catch (error) {
      const isMissing = error instanceof TenureError && error.code === 'SCORE_MISSING';
      if (!isMissing || (found.length === 0 && wanted === models.at(-1))) throw error;
    }
  }
  return found;
}

export const scoreHandlers: ApiHandlers<typeof SCORE_ROUTES> = {
  showFeatures: async ({ tenure }, { params }) => {
    const features = await tenure.scores.fetchFeatures(params.model, params.id);
    if (features === null) throw new TenureError('CUSTOMER_UNKNOWN', { customer: params.id });
    return features;
  },
  listPredictions: async ({ tenure }, { params, query }) => {
    const models = query.model === undefined ? MODELS : [query.model];
    return { predictions: await fetchPredictions(tenure, params.id, models) };
  },
  listModels: async ({ tenure }) => ({ models: await tenure.scores.list() }),
  showModelCard: async ({ tenure }, { params, query }) => tenure.scores.card(params.model, query.version),
  showModelDrift: async ({ tenure }, { params }) => tenure.scores.drift(params.model),
  listRealised: async ({ tenure }, { params }) => ({ models: await tenure.scores.realised(params.model) }),
  showForecast: async ({ tenure }, { query }) => tenure.forecast(query.owner),
};
