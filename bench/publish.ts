import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { quoteLiteral, systemClock } from '../src/base/index.ts';
import { copyRows, type DuckdbEngine, type Engine, openDuckdb, openPostgres } from '../src/engines/index.ts';
import { publishPostgres, type TablePlan } from '../src/publish/index.ts';
import { listPostgresBinaries, startPostgres } from '../test/conformance/postgres-server.ts';
import { computeMedian, measureSeconds, report } from './measurement.ts';

/**
 * Publishing a table of customer days to PostgreSQL, against `copy` by the server itself of the same rows and against
 * `insert` with parameters; `npx tsx bench/publish.ts [rows] [rounds]`. Needs PostgreSQL's server programs.
 */
const rows = Number(process.argv[2] ?? 1_000_000);
const rounds = Number(process.argv[3] ?? 3);
const INSERTED = Math.min(rows, 20_000);
/** Seconds for the copy of a million rows, and how many times the server's own `copy` it may take. */
const COPY_GOAL = 2;
const COPY_RATIO = 3;

const COLUMNS: Readonly<Record<string, string>> = {
  metric_date: 'date',
  customer_id: 'text',
  customer_name: 'text',
  plan_tier: 'text',
  is_latest: 'boolean',
  tenure_days: 'integer',
  current_mrr: 'numeric(18, 2)',
  customer_health_score: 'double precision',
  usage_change: 'double precision',
  events_30d: 'bigint',
};
const DAYS = `select
    date '2024-01-01' + (range // 1000)::integer as metric_date,
    'c' || range % 1000 as customer_id,
    'Customer ' || range % 1000 as customer_name,
    ['starter', 'growth', 'enterprise'][1 + range % 3] as plan_tier,
    range // 1000 = ${Math.floor((rows - 1) / 1000)} as is_latest,
    (range // 1000)::integer as tenure_days,
    (hash(range) % 1000000 / 100)::decimal(18, 2) as current_mrr,
    hash(range + 1) % 10000 / 100 as customer_health_score,
    case when range % 10 > 0 then hash(range + 2) % 1000 / 500 - 1 end as usage_change,
    (hash(range + 3) % 5000)::bigint as events_30d
  from range(${rows})`;

async function createDays(to: Engine): Promise<void> {
  const list = Object.entries(COLUMNS).map(([name, type]) => `${name} ${type}`);
  await to.execute(`drop table if exists days; create table days (${list.join(', ')})`);
}

interface Bench {
  readonly from: DuckdbEngine;
  readonly to: Engine;
  readonly folder: string;
}

const TARGET = { schema: 'public', name: 'days', columns: Object.keys(COLUMNS) };

/** What the server takes when it reads the file itself, the file being there. */
async function measureServerCopy({ from, to, folder }: Bench): Promise<number> {
  const file = path.join(folder, 'server.csv');
  await from.writeFile('select * from days', { path: file, format: 'csv' });
  fs.chmodSync(file, 0o644);
  await createDays(to);
  return measureSeconds(() =>
    to.execute(`copy days from ${quoteLiteral(file)} (format csv, header true, null '\\N')`),
  );
}

async function measureCopy({ from, to, folder }: Bench): Promise<number> {
  await createDays(to);
  const copy = {
    from,
    sql: 'select * from days',
    to,
    target: TARGET,
    scratchPath: path.join(folder, 'rows'),
  };
  return measureSeconds(() => copyRows(copy));
}

/** Seconds for all rows, from a part of them. */
async function measureInserts({ from, to }: Bench): Promise<number> {
  await createDays(to);
  const found = await from.query(`select * from days limit ${INSERTED}`);
  const values = found.map((row) => Object.values(row));
  return ((await measureSeconds(() => to.writeRows(TARGET, values))) * rows) / INSERTED;
}

const PLAN: TablePlan = {
  schema: 'entity',
  name: 'days',
  description: 'One row per customer and day.',
  query: 'select * from days',
  descriptions: { metric_date: 'The day.' },
  json: [],
  keys: [['customer_id', 'metric_date']],
  indexes: [['metric_date']],
};

/** The whole run, and the longest that a reader of the table waited meanwhile. */
async function measurePublish(bench: Bench, url: string, round: number) {
  const { from, folder } = bench;
  const [to, reader] = [
    await openPostgres({ connectionString: url }),
    await openPostgres({ connectionString: url }),
  ];
  const set = { buildId: `build-${round}`, asOf: null, tables: [PLAN], isWhole: true };
  const job = { from, set, clock: systemClock, runId: `run-${round}`, scratchFolder: folder };
  let isOver = false;
  let waited = 0;
  const reading = (async () => {
    while (!isOver && round > 0)
      waited = Math.max(
        waited,
        await measureSeconds(() => reader.query('select 1 from entity.days limit 1')),
      );
  })();
  const seconds = await measureSeconds(() => publishPostgres(job, to));
  isOver = true;
  await reading;
  await to.close();
  await reader.close();
  return { seconds, waited };
}

async function main(): Promise<void> {
  const binaries = listPostgresBinaries();
  if (binaries === null) throw new Error('PostgreSQL is not installed: apt-get install postgresql');
  const server = startPostgres(binaries);
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'tenure-bench-'));
  fs.chmodSync(folder, 0o755);
  const from = await openDuckdb({ path: path.join(folder, 'warehouse.duckdb') });
  const to = await openPostgres({ connectionString: server.connectionString });
  try {
    await from.execute(`create table days as ${DAYS}`);
    const bench = { from, to, folder };
    const figures = {
      server: [] as number[],
      copy: [] as number[],
      whole: [] as number[],
      waited: [] as number[],
    };
    for (let round = 0; round < rounds; round += 1) {
      figures.server.push(await measureServerCopy(bench));
      figures.copy.push(await measureCopy(bench));
      const { seconds, waited } = await measurePublish(bench, server.connectionString, round);
      figures.whole.push(seconds);
      figures.waited.push(waited);
    }
    const inserts = await measureInserts(bench);
    const [base, copy] = [computeMedian(figures.server), computeMedian(figures.copy)];
    const goal = (COPY_GOAL * rows) / 1_000_000;
    const isMissed = copy > goal && copy > COPY_RATIO * base;
    report(`copy by the server of a file that is there, ${rows} rows`, `${base.toFixed(2)} s`);
    report(
      'inserts with parameters, from a part',
      `${inserts.toFixed(1)} s = ${(inserts / base).toFixed(1)} ×`,
    );
    const ratio = `${(copy / base).toFixed(2)} × (goal ${goal} s, or ${COPY_RATIO} × where that is more)`;
    report('copy from DuckDB, file written and read', `${copy.toFixed(2)} s = ${ratio}`, isMissed);
    const whole = computeMedian(figures.whole);
    report(
      'whole publication: key, index, comments, swap',
      `${whole.toFixed(2)} s = ${(whole / base).toFixed(2)} ×`,
    );
    report('longest a reader waited for one row', `${Math.max(...figures.waited).toFixed(3)} s`);
  } finally {
    await to.close();
    await from.close();
    server.stop();
    fs.rmSync(folder, { recursive: true, force: true });
  }
}

await main();
