import http from 'node:http';
import { computePercentile, report } from './measurement.ts';
import { serveWorkspace } from './serve-workspace.ts';

/**
 * What the API costs over HTTP: `npx tsx bench/http.ts WORKSPACE [SECONDS]`, a copy of a workspace that is built. The server is a
 * process of its own, connections stay open. First one request after the other: features of customers, ten typical metric
 * queries, and /health, which is what HTTP costs by itself. Then 50 clients at once with all of it mixed. It ends with 1 where
 * a goal is missed.
 */
const [WORKSPACE = '', SECONDS = '30'] = process.argv.slice(2);
const [FEATURES, ROUNDS, WARM, CLIENTS] = [2000, 20, 100, 50];
const [GOAL_FEATURES_P50, GOAL_METRICS_P95] = [2, 60];

const month = { range: 'last 12 months', granularity: 'month' } as const;
const QUERIES: readonly (readonly [string, unknown])[] = [
  ['one figure now', { metrics: ['current_mrr'] }],
  ['a trend', { metrics: ['current_mrr'], time: month }],
  ['a trend with comparison', { metrics: ['current_mrr'], time: month, compare: ['previous_year'] }],
  [
    'five figures now',
    {
      metrics: [
        'current_mrr',
        'product.daily_active_users',
        'win_rate',
        'customer_health_score',
        'pipeline_value',
      ],
    },
  ],
  ['by plan', { metrics: ['current_mrr'], dimensions: ['plan_tier'] }],
  ['by plan over a year', { metrics: ['current_mrr'], dimensions: ['plan_tier'], time: month }],
  ['by two dimensions', { metrics: ['current_mrr'], dimensions: ['plan_tier', 'industry'] }],
  [
    'filtered',
    {
      metrics: ['current_mrr'],
      filters: [{ member: 'industry', operator: 'equals', values: ['fintech'] }],
      time: month,
    },
  ],
  [
    'the worst twenty',
    {
      metrics: ['customer_health_score', 'current_mrr'],
      dimensions: ['customer_id'],
      order: [['customer_health_score', 'asc']],
      limit: 20,
    },
  ],
  ['a trend of days', { metrics: ['current_mrr'], time: { range: 'last 90 days', granularity: 'day' } }],
];

interface Ask {
  readonly path: string;
  readonly body?: unknown;
}

interface Answered {
  readonly status: number;
  readonly text: string;
  readonly milliseconds: number;
}

function openAsking(url: string) {
  const agent = new http.Agent({ keepAlive: true, maxSockets: CLIENTS });
  const { hostname, port } = new URL(url);
  const ask = ({ path: address, body }: Ask): Promise<Answered> =>
    new Promise((resolve, reject) => {
      const start = performance.now();
      const text = body === undefined ? '' : JSON.stringify(body);
      const headers =
        body === undefined
          ? {}
          : { 'content-type': 'application/json', 'content-length': Buffer.byteLength(text) };
      const method = body === undefined ? 'GET' : 'POST';
      const sent = http.request({ hostname, port, path: address, method, headers, agent }, (response) => {
        const parts: Buffer[] = [];
        response.on('data', (part: Buffer) => parts.push(part));
        response.on('end', () =>
          resolve({
            status: response.statusCode ?? 0,
            text: Buffer.concat(parts).toString('utf8'),
            milliseconds: performance.now() - start,
          }),
        );
      });
      sent.on('error', reject);
      sent.end(text);
    });
  return { ask, close: () => agent.destroy() };
}

type Asking = ReturnType<typeof openAsking>['ask'];

/** One after the other; everything has to be answered with 200. */
async function measure(ask: Asking, asked: readonly Ask[]): Promise<readonly number[]> {
  const times: number[] = [];
  for (const one of asked) {
    const { status, text, milliseconds } = await ask(one);
    if (status !== 200) throw new Error(`${one.path}: ${status} ${text}`);
    times.push(milliseconds);
  }
  return times;
}

async function fetchCustomers(ask: Asking): Promise<readonly string[]> {
  const body = { metrics: ['current_mrr'], dimensions: ['customer_id'], limit: 1000 };
  const { text } = await ask({ path: '/v1/metrics/query', body });
  const rows = (JSON.parse(text) as { rows: { customer_id: string }[] }).rows;
  const found: string[] = [];
  for (const { customer_id: id } of rows)
    if ((await ask({ path: `/v1/customers/${id}/features/churn` })).status === 200) found.push(id);
  return found;
}

function show(name: string, times: readonly number[], goals: { p50?: number; p95?: number } = {}): void {
  const [p50, p95, p99] = [0.5, 0.95, 0.99].map((share) => computePercentile(times, share)) as [
    number,
    number,
    number,
  ];
  const isMissed =
    p50 > (goals.p50 ?? Number.POSITIVE_INFINITY) || p95 > (goals.p95 ?? Number.POSITIVE_INFINITY);
  report(name, `p50 ${p50.toFixed(2)} ms, p95 ${p95.toFixed(2)} ms, p99 ${p99.toFixed(2)} ms`, isMissed);
}

function repeat(asked: readonly Ask[], count: number): readonly Ask[] {
  return Array.from({ length: count }, (_, place) => asked[place % asked.length] as Ask);
}

/** So many clients, each asking again as soon as it was answered. */
async function runLoad(ask: Asking, mix: readonly Ask[]): Promise<void> {
  const end = performance.now() + Number(SECONDS) * 1000;
  const times: number[] = [];
  let errors = 0;
  const runClient = async (client: number): Promise<void> => {
    for (let place = client; performance.now() < end; place += 7) {
      const answered = await ask(mix[place % mix.length] as Ask).catch(() => null);
      if (answered?.status === 200) times.push(answered.milliseconds);
      else errors += 1;
    }
  };
  await Promise.all(Array.from({ length: CLIENTS }, (_, client) => runClient(client)));
  const rate = (times.length / Number(SECONDS)).toFixed(0);
  show(`${CLIENTS} clients for ${SECONDS} s, mixed: ${rate} requests/s`, times);
  report(`${CLIENTS} clients: errors`, String(errors), errors > 0);
}

const { url, stop } = await serveWorkspace(WORKSPACE);
const { ask, close } = openAsking(url);
try {
  const customers = (await fetchCustomers(ask)).map((id) => ({ path: `/v1/customers/${id}/features/churn` }));
  const health = [{ path: '/health' }];
  const metrics = QUERIES.map(([, body]) => ({ path: '/v1/metrics/query', body }));
  await measure(ask, [...repeat(health, WARM), ...repeat(customers, WARM), ...repeat(metrics, WARM)]);
  const base = await measure(ask, repeat(health, FEATURES));
  const features = await measure(ask, repeat(customers, FEATURES));
  show('/health', base);
  show('features of a customer (goal p50 ≤ 2 ms)', features, { p50: GOAL_FEATURES_P50 });
  const ratio = computePercentile(features, 0.5) / computePercentile(base, 0.5);
  report('features against /health, medians', `${ratio.toFixed(1)} ×`);
  const all: number[] = [];
  for (const [place, [name]] of QUERIES.entries()) {
    const times = await measure(ask, repeat([metrics[place] as Ask], ROUNDS));
    all.push(...times);
    show(`metric query: ${name}`, times);
  }
  show('metric queries, all ten (goal p95 ≤ 60 ms)', all, { p95: GOAL_METRICS_P95 });
  const others = [
    '/v1/metrics',
    '/v1/milestones?limit=20',
    '/v1/alerts?limit=20',
    '/v1/freshness',
    '/v1/forecast',
  ];
  await runLoad(ask, [
    ...customers.slice(0, 20),
    ...metrics,
    ...others.map((address) => ({ path: address })),
  ]);
} finally {
  close();
  await stop();
}
