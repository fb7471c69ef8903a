import { spawnSync } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { openTenure, type Tenure, writeWorkspace } from '../src/app/index.ts';
import { processEnvironment } from '../src/base/index.ts';
import { type Engine, openClickhouse, openPostgres } from '../src/engines/index.ts';
import { CHDB_MISSING, hasChdb } from '../test/conformance/chdb.ts';
import { startClickhouse } from '../test/conformance/clickhouse-server.ts';
import { listPostgresBinaries, startPostgres } from '../test/conformance/postgres-server.ts';
import { readGrainSeconds } from './grain-seconds.ts';
import { readGuideQueries } from './guide-queries.ts';
import { computePercentile } from './measurement.ts';

/**
 * One company on every target in one run, 5,000 customers with 10 M events unless told: the raw tables made and brought there, all
 * models built, in files one more day, and the queries of the guide: `npx tsx bench/targets.ts [customers] [target …]`. The steps
 * run in processes of their own; the first target, DuckDB unless told, is what the others are held against.
 */
const [FIRST_DAY, LAST_DAY] = ['2026-03-13', '2026-03-14'];
/** The morning after, from when on time passes as it does. */
const NOW = Date.parse('2026-03-15T06:00:00Z');
const ROUNDS = 20;
/** What a machine of 24 GB that serves nothing else would be given; all else is as PostgreSQL comes, with its disk in step. */
const SERVER = {
  shared_buffers: '4GB',
  effective_cache_size: '12GB',
  work_mem: '256MB',
  maintenance_work_mem: '1GB',
  max_wal_size: '16GB',
  fsync: 'on',
};

function open(folder: string): Tenure {
  return openTenure({
    folder,
    clock: { now: () => NOW + performance.now() },
    environment: processEnvironment,
  });
}

async function build(folder: string, asOf: string): Promise<void> {
  const { isPublished } = await open(folder).build({ asOf, exclude: ['resource_type:test'] });
  if (!isPublished) throw new Error('the build failed');
}

async function measureQueries(folder: string): Promise<void> {
  const tenure = open(folder);
  const { asOf } = await tenure.status();
  for (const [index, sql] of readGuideQueries(asOf ?? LAST_DAY).entries()) {
    const times: number[] = [];
    for (let round = 0; round < ROUNDS; round += 1) {
      const start = performance.now();
      let rows = 0;
      for await (const chunk of tenure.stream(sql)) rows += chunk.rows.length;
      times.push(performance.now() - start);
      if (rows === 0) throw new Error(`query ${index + 1} of the guide has no rows`);
    }
    console.log(
      `  query ${index + 1} of the guide, with a connection of its own   p50 ${computePercentile(times, 0.5).toFixed(1)} ms`,
    );
  }
}

/** Only in files does a build go on from the last one; elsewhere it would be all models again. */
const CONTINUED = 'one more day';
const ALL_MODELS = 'all models';

const WORK: Readonly<Record<string, (folder: string, customers: number) => Promise<unknown>>> = {
  'raw tables': (folder, customers) =>
    open(folder).generate({ preset: 'dictionary', customers, asOf: LAST_DAY }),
  [ALL_MODELS]: (folder) => build(folder, FIRST_DAY),
  [CONTINUED]: (folder) => build(folder, LAST_DAY),
};

interface Cost {
  readonly seconds: number;
  readonly megabytes: number;
}

function runChild(step: string, folder: string, customers: number): Cost {
  const words = ['tsx', fileURLToPath(import.meta.url), step, folder, String(customers)];
  const result = spawnSync('npx', words, { encoding: 'utf8' });
  if (result.status !== 0) throw new Error(result.stderr);
  return JSON.parse(result.stdout.trim().split('\n').at(-1) ?? '{}');
}

/** What raw tables and warehouses take on disk, in bytes. */
const SIZES: Readonly<Record<string, (folder: string) => Promise<number>>> = {
  duckdb: async (folder) =>
    ['raw.duckdb', 'warehouse.duckdb']
      .map((name) => fs.statSync(path.join(folder, name)).size)
      .reduce((sum, size) => sum + size, 0),
  postgres: () =>
    askSize(
      () => openPostgres({ connectionString: process.env['TENURE_DATABASE_URL'] ?? '' }),
      'select pg_database_size(current_database()) as bytes',
    ),
  clickhouse: () =>
    askSize(
      () => openClickhouse({ url: process.env['TENURE_CLICKHOUSE_URL'] ?? '' }),
      'select sum(bytes_on_disk) as bytes from system.parts where active',
    ),
};

async function askSize(openEngine: () => Promise<Engine>, sql: string): Promise<number> {
  const engine = await openEngine();
  const [row] = await engine.query(sql);
  await engine.close();
  return Number(row?.['bytes']);
}

function reportGrain(folder: string): void {
  const { events, days, customerDays } = readGrainSeconds(folder);
  console.log(
    `  of its models' time, those that read events ${events.toFixed(1)} s, the others ${days.toFixed(1)} s, for ${(customerDays / 1e6).toFixed(2)} M customer-days`,
  );
}

async function measureTarget(target: string, customers: number, first: Map<string, number>): Promise<void> {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), `tenure-${target}-`));
  writeWorkspace(folder);
  fs.appendFileSync(path.join(folder, 'tenure.yml'), `\ntarget: ${target}\n`);
  console.log(`${target}, ${customers} customers`);
  for (const step of Object.keys(WORK)) {
    if (step === CONTINUED && target !== 'duckdb') continue;
    const { seconds, megabytes } = runChild(step, folder, customers);
    const baseline = first.get(step) ?? seconds;
    first.set(step, baseline);
    console.log(
      `  ${step.padEnd(20)}${seconds.toFixed(1).padStart(8)} s   ${(seconds / baseline).toFixed(2)} × the first   ${megabytes} MB in this process`,
    );
    if (step === ALL_MODELS) reportGrain(folder);
  }
  const bytes = (await SIZES[target]?.(folder)) ?? 0;
  console.log(`  on disk${(bytes / 1e9).toFixed(2).padStart(20)} GB`);
  await measureQueries(folder);
  fs.rmSync(folder, { recursive: true });
}

/** Runs the work with a PostgreSQL server, where one is installed. */
async function withPostgres(target: string, work: () => Promise<void>): Promise<void> {
  const binaries = listPostgresBinaries();
  if (binaries === null) {
    console.log(`${target}: left out, no PostgreSQL is installed here`);
    return;
  }
  const server = startPostgres(binaries, SERVER);
  process.env['TENURE_DATABASE_URL'] = server.connectionString;
  try {
    await work();
  } finally {
    server.stop();
  }
}

/** ClickHouse is chdb in a process of its own, behind HTTP. */
async function measureOnClickhouse(customers: number, first: Map<string, number>): Promise<void> {
  if (!hasChdb) {
    console.log(`clickhouse: left out, ${CHDB_MISSING}`);
    return;
  }
  const server = await startClickhouse();
  process.env['TENURE_CLICKHOUSE_URL'] = server.url;
  try {
    await withPostgres('clickhouse', () => measureTarget('clickhouse', customers, first));
  } finally {
    await server.stop();
  }
}

const TARGETS: Readonly<Record<string, (customers: number, first: Map<string, number>) => Promise<void>>> = {
  duckdb: (customers, first) => measureTarget('duckdb', customers, first),
  postgres: (customers, first) => withPostgres('postgres', () => measureTarget('postgres', customers, first)),
  clickhouse: measureOnClickhouse,
};

const [step = '5000', ...rest] = process.argv.slice(2);
const work = WORK[step];
if (work !== undefined) {
  const [folder = '', customers = '0'] = rest;
  const start = performance.now();
  await work(folder, Number(customers));
  const megabytes = Math.round(process.resourceUsage().maxRSS / 1024);
  console.log(JSON.stringify({ seconds: (performance.now() - start) / 1000, megabytes }));
} else {
  const first = new Map<string, number>();
  for (const target of rest.length > 0 ? rest : Object.keys(TARGETS)) {
    const measure = TARGETS[target];
    if (measure === undefined) throw new Error(`no target ${target}: ${Object.keys(TARGETS).join(', ')}`);
    await measure(Number(step), first);
  }
}
