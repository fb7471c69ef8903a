import { spawnSync } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { openTenure, PACKAGE_ROOT, type Tenure, writeWorkspace } from '../src/app/index.ts';
import { buildFixedClock } from '../src/base/index.ts';
import { type DuckdbEngine, openDuckdb } from '../src/engines/index.ts';
import { type MetricQuery, readCatalogue, runMetricQuery } from '../src/metrics/index.ts';
import { readGuideQueries } from './guide-queries.ts';
import { computePercentile } from './measurement.ts';

/**
 * The whole layer on a company of 5,000 customers and 10 M events, against a copy of its raw tables in the same run:
 * `npx tsx bench/layer.ts [customers] [folder]`. Each measurement runs in a process of its own, on two threads. The folder, when
 * given, is kept, and its company taken as it is.
 */
const [FIRST_DAY, LAST_DAY] = ['2026-03-13', '2026-03-14'];
const CLOCK = buildFixedClock('2026-03-15T06:00:00Z');
const ROUNDS = 40;

interface Cost {
  readonly seconds: number;
  readonly cpu: number;
  readonly megabytes: number;
}

function openWorkspace(folder: string): Tenure {
  return openTenure({ folder, clock: CLOCK });
}

async function build(
  folder: string,
  options: { asOf: string; isAnew: boolean; isTested: boolean },
): Promise<void> {
  const { asOf, isAnew, isTested } = options;
  const exclude = isTested ? [] : ['resource_type:test'];
  const report = await openWorkspace(folder).build({ asOf, fullRefresh: isAnew, exclude });
  const failed = report.summary.results.filter(({ status }) => status === 'error' || status === 'fail');
  if (failed.length > 0) throw new Error(failed.map(({ name, message }) => `${name}: ${message}`).join('\n'));
}

/** The baseline: every row of the raw tables written once more. */
async function copyRaw(folder: string): Promise<void> {
  const file = path.join(folder, 'copy.duckdb');
  fs.rmSync(file, { force: true });
  const engine = await openDuckdb({ path: file, isConstruction: true, settings: { threads: '2' } });
  await engine.attach(path.join(folder, 'raw.duckdb'), 'original', { isReadOnly: true });
  const tables = await engine.query(
    `select schema_name || '.' || table_name as name from duckdb_tables()
     where database_name = 'original' and schema_name in ('raw', 'marketing')`,
  );
  for (const schema of ['raw', 'marketing']) await engine.execute(`create schema ${schema}`);
  for (const { name } of tables) await engine.execute(`create table ${name} as from original.${name}`);
  await engine.execute('checkpoint');
  await engine.close();
  fs.rmSync(file);
}

const WORK: Readonly<Record<string, (folder: string) => Promise<void>>> = {
  copy: copyRaw,
  full: (folder) => build(folder, { asOf: FIRST_DAY, isAnew: true, isTested: false }),
  day: (folder) => build(folder, { asOf: LAST_DAY, isAnew: false, isTested: false }),
  tested: (folder) => build(folder, { asOf: LAST_DAY, isAnew: true, isTested: true }),
};

function runChild(kind: string, folder: string): Cost {
  const words = ['tsx', fileURLToPath(import.meta.url), kind, folder];
  const result = spawnSync('npx', words, { encoding: 'utf8' });
  if (result.status !== 0) throw new Error(result.stderr);
  return JSON.parse(result.stdout.trim().split('\n').at(-1) ?? '{}');
}

async function measureRounds(
  name: string,
  limit: number,
  work: (round: number) => Promise<unknown>,
): Promise<void> {
  const times: number[] = [];
  for (let round = 0; round < ROUNDS; round += 1) {
    const start = performance.now();
    await work(round);
    times.push(performance.now() - start);
  }
  const [p50, p95] = [computePercentile(times, 0.5), computePercentile(times, 0.95)];
  console.log(`${name.padEnd(44)}p50 ${p50.toFixed(1)} ms   p95 ${p95.toFixed(1)} ms   goal ${limit} ms`);
}

function openBuilt(folder: string): Promise<DuckdbEngine> {
  return openDuckdb({
    path: path.join(folder, 'warehouse.duckdb'),
    isReadOnly: true,
    searchPath: ['entity', 'marts', 'intermediate', 'staging'],
    today: LAST_DAY,
    settings: { threads: '2' },
  });
}

/** The queries of the guide as a BI tool asks them, on one open connection. */
async function measureGuide(folder: string): Promise<void> {
  const queries = readGuideQueries(LAST_DAY);
  if (queries.length === 0) return console.log('the queries of the guide: left out, the guide is not here');
  const engine = await openBuilt(folder);
  for (const [index, sql] of queries.entries()) {
    await measureRounds(`query ${index + 1} of the guide`, 25, () => engine.query(sql));
  }
  await engine.close();
}

const QUESTIONS: readonly MetricQuery[] = [
  {
    metrics: ['current_mrr'],
    time: { range: 'last 12 months', granularity: 'month' },
    compare: ['previous_year'],
  },
  {
    metrics: ['customer_health_score', 'current_mrr'],
    dimensions: ['plan_tier'],
    time: { range: 'last 30 days' },
  },
  {
    metrics: ['product.daily_active_users', 'product.monthly_active_users'],
    time: { range: 'last 90 days', granularity: 'day' },
  },
  {
    metrics: ['win_rate', 'total_pipeline_value'],
    dimensions: ['owner_id'],
    time: { range: 'this quarter' },
  },
];

async function measurePlanner(folder: string): Promise<void> {
  const catalogue = readCatalogue(path.join(PACKAGE_ROOT, 'dbt', 'catalogue'));
  const engine = await openBuilt(folder);
  for (const question of QUESTIONS) {
    await measureRounds(`planner: ${question.metrics.join(', ')}`, 50, () =>
      runMetricQuery(engine, catalogue, question),
    );
  }
  await engine.close();
}

const [kind = '5000', given] = process.argv.slice(2);
const work = WORK[kind];
if (work !== undefined) {
  const start = performance.now();
  await work(given ?? '');
  const { user, system } = process.cpuUsage();
  const seconds = (performance.now() - start) / 1000;
  const megabytes = Math.round(process.resourceUsage().maxRSS / 1024);
  console.log(JSON.stringify({ seconds, cpu: (user + system) / 1e6, megabytes }));
} else {
  const folder = given ?? fs.mkdtempSync(path.join(os.tmpdir(), 'tenure-layer-'));
  if (!fs.existsSync(path.join(folder, 'raw.duckdb'))) {
    writeWorkspace(folder);
    fs.appendFileSync(path.join(folder, 'tenure.yml'), '\nthreads: 2\n');
    await openWorkspace(folder).generate({ preset: 'dictionary', customers: Number(kind), asOf: LAST_DAY });
  }
  const copied = runChild('copy', folder);
  const show = (name: string, cost: Cost, goal: string) =>
    console.log(
      `${name.padEnd(44)}${cost.seconds.toFixed(1)} s   ${cost.cpu.toFixed(1)} s CPU   ${cost.megabytes} MB   ${(cost.seconds / copied.seconds).toFixed(2)} × the copy   ${goal}`,
    );
  show('the raw tables, copied', copied, '');
  show('all models', runChild('full', folder), 'goal 35 s, 4 GB');
  show('one more day', runChild('day', folder), 'goal 3 s');
  show('all models, with tests', runChild('tested', folder), 'goal 50 s');
  await measureGuide(folder);
  await measurePlanner(folder);
  if (given === undefined) fs.rmSync(folder, { recursive: true });
}
