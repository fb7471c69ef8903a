import { z } from '@hono/zod-openapi';
import type { MetricAnswer } from '../../app/index.ts';
import { renderCsv } from '../../base/index.ts';
import { metricQuerySchema } from '../../metrics/index.ts';
import { type ApiHandlers, defineRoutes, name, range, row } from './api-route.ts';

const entry = z.object({
  domain: z.string(),
  metric: z.string(),
  unit: z.string(),
  isMultiple: z.boolean().describe('True for a ratio that is written so many times: 2.9×.'),
  hasCompanyFigure: z.boolean().describe('False for what has a figure for each entity only.'),
  tier: z.string(),
  description: z.string(),
});

const card = entry.extend({
  label: z.string(),
  owner: z.string(),
  goodDirection: z.string(),
  synonyms: z.array(z.string()),
  needs: z.record(z.string(), z.number().nullable()),
  table: z.string(),
  dimensions: z.array(z.string()),
  formula: z.string(),
  restsOn: z.literal('health').nullable(),
  checkQuery: z.string(),
  version: z.string(),
});

const period = z.object({
  start: z.string(),
  first: z.string(),
  last: z.string(),
  end: z.string(),
  isPartial: z.boolean(),
});

const parameters = z.array(z.union([z.string(), z.number(), z.boolean()]));

const answer = z.object({
  rows: z.array(row),
  sql: z.string(),
  parameters,
  range,
  asOf: z.string(),
  periods: z.array(period),
  watermarks: z.record(z.string(), z.string().nullable()),
  definitions: z.array(
    z.object({
      metric: z.string(),
      domain: z.string(),
      version: z.string(),
      health: z.object({ version: z.number(), fingerprint: z.string() }).optional(),
    }),
  ),
  unavailable: z.array(
    z.object({ metric: z.string(), reason: z.string(), needs: z.array(z.string()), how: z.string() }),
  ),
  warnings: z.array(z.string()),
});

const compiled = z.object({
  sql: z.string(),
  parameters,
  range,
  periods: z.array(period),
  reads: z.array(
    z.object({
      table: z.string(),
      metrics: z.array(z.string()),
      dimensions: z.array(z.string()),
      overTime: z.enum(['last', 'sum']),
    }),
  ),
  warnings: z.array(z.string()),
});

const CSV = 'text/csv';
const ARROW = 'application/vnd.apache.arrow.stream';
const FORMATS = ['json', 'csv', 'arrow'] as const;

export const METRIC_ROUTES = defineRoutes({
  listMetrics: {
    method: 'get',
    path: '/v1/metrics',
    tag: 'Metrics',
    summary: 'Every metric of the catalogue.',
    role: 'viewer',
    answer: z.object({ metrics: z.array(entry) }),
  },
  showMetric: {
    method: 'get',
    path: '/v1/metrics/{name}',
    tag: 'Metrics',
    summary: 'What the catalogue says of a metric; `domain.name` where two domains have one of that name.',
    role: 'viewer',
    params: z.strictObject({ name }),
    answer: card,
  },
  queryMetrics: {
    method: 'post',
    path: '/v1/metrics/query',
    tag: 'Metrics',
    summary: 'Values of metrics, with their SQL, range and watermarks. CSV and Arrow hold the rows alone.',
    role: 'viewer',
    query: z.strictObject({ format: z.enum(FORMATS).optional() }),
    body: metricQuerySchema,
    answer,
    formats: [CSV, ARROW],
  },
  compileMetrics: {
    method: 'post',
    path: '/v1/metrics/compile',
    tag: 'Metrics',
    summary: 'The SQL of a metric query and the tables it reads, without running it.',
    role: 'viewer',
    body: metricQuerySchema,
    answer: compiled,
  },
});

function chooseFormat(
  accept: string,
  { format }: { readonly format?: (typeof FORMATS)[number] | undefined },
): (typeof FORMATS)[number] {
  if (format !== undefined) return format;
  if (accept.includes(ARROW)) return 'arrow';
  return accept.includes(CSV) ? 'csv' : 'json';
}

function renderAnswerCsv({ rows }: MetricAnswer): Response {
  const columns = Object.keys(rows[0] ?? {});
  const csv = renderCsv(
    columns,
    rows.map((line) => columns.map((column) => line[column] ?? null)),
  );
  return new Response(csv, { headers: { 'content-type': `${CSV}; charset=utf-8` } });
}

function buildStream(bytes: AsyncIterable<Uint8Array>): ReadableStream {
  const iterator = bytes[Symbol.asyncIterator]();
  return new ReadableStream({
    pull: async (controller) => {
      const { value, done } = await iterator.next();
      if (done === true) controller.close();
      else controller.enqueue(value);
    },
    cancel: async () => void (await iterator.return?.()),
  });
}

export const metricHandlers: ApiHandlers<typeof METRIC_ROUTES> = {
  listMetrics: async ({ tenure }) => ({ metrics: tenure.metrics.list() }),
  showMetric: async ({ tenure }, { params }) => tenure.metrics.show(params.name),
  queryMetrics: async ({ tenure }, { body, query, accept }) => {
    const format = chooseFormat(accept, query);
    if (format === 'arrow') {
      const bytes = await tenure.metrics.queryArrow(body);
      return new Response(buildStream(bytes), { headers: { 'content-type': ARROW } });
    }
    const answered = await tenure.metrics.query(body);
    return format === 'csv' ? renderAnswerCsv(answered) : answered;
  },
  compileMetrics: async ({ tenure }, { body }) => tenure.metrics.compile(body),
};
