import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { openTenure, writeWorkspace } from '../src/app/index.ts';
import { type DuckdbEngine, openDuckdb } from '../src/engines/index.ts';
import { compileScore } from '../src/scoring/compile-score-store.ts';
import { encodeColumns } from '../src/scoring/design-matrix.ts';
import { type FeatureExtractor, fetchModel, OUTCOMES } from '../src/scoring/index.ts';
import { predictProbabilities, type ScoringModel } from '../src/scoring/scoring-model.ts';
import { fetchTable } from '../src/scoring/snapshots-store.ts';
import { buildUniforms } from '../test/statistics/formula-data.ts';
import { computeMedian, computePercentile, measureSeconds, report } from './measurement.ts';

/**
 * What scoring and the look-up of features cost: `npx tsx bench/scoring.ts WAREHOUSE`, a warehouse with models. A million rows are
 * made of its training snapshots and scored inside DuckDB on two threads, against one reading of the same columns; 100,000 of
 * them in process. Then its feature marts are blown up to 5,000 and a million customers, of whom 2,000 at random are
 * looked up. It ends with 1 where a goal is missed; on a busy machine, look at the processor's time beside.
 */
const [WAREHOUSE = ''] = process.argv.slice(2);
const [ROWS, IN_PROCESS, RUNS] = [1_000_000, 100_000, 3];
const GOAL_PREDICT = 10;
const [LOOK_UPS, WARM, AT_ONCE] = [2000, 200, 8];
const [GOAL_P50, GOAL_P99] = [1, 3];
const SETTINGS = { threads: '2' };

async function openBeside(file: string): Promise<DuckdbEngine> {
  const engine = await openDuckdb({ path: file, isConstruction: true, settings: SETTINGS });
  await engine.attach(WAREHOUSE, 'given', { isReadOnly: true });
  return engine;
}

/** A relation's rows repeated, in the order of the place that is computed from `n`, 0 … rows - 1. */
interface Repeated {
  readonly from: string;
  readonly order: string;
  readonly rows: number;
  readonly place: (count: number) => string;
  readonly columns: string;
}

async function repeatRows(engine: DuckdbEngine, target: string, repeated: Repeated): Promise<void> {
  const { from, order, rows, place, columns } = repeated;
  const [counted] = await engine.query(`select count(*) as n from ${from}`);
  await engine.execute(
    `create table ${target} as
     with origin as (select *, row_number() over (order by ${order}) - 1 as place from ${from}),
     numbers as (select n, cast(${place(Number(counted?.['n']))} as bigint) as place from range(${rows}) as numbers(n))
     select ${columns} from numbers inner join origin using (place)`,
  );
}

async function measureMedian(work: () => Promise<unknown>): Promise<number> {
  const runs: number[] = [];
  for (let run = 0; run < RUNS; run += 1) runs.push(await measureSeconds(work));
  return computeMedian(runs);
}

async function measureSql(engine: DuckdbEngine, model: ScoringModel): Promise<void> {
  const sums = model.predictors.map(({ name, kind }) =>
    kind === 'number' ? `sum(${name})` : kind === 'boolean' ? `count_if(${name})` : `sum(strlen(${name}))`,
  );
  const read = await measureMedian(() => engine.query(`select ${sums.join(', ')} from big`));
  const scores = compileScore(engine, model, { from: 'big', keys: ['row_id'] });
  const scored = await measureMedian(() =>
    engine.query(`select sum(row_id), sum(log_odds), sum(probability), min(tier) from (${scores})`),
  );
  report(`${model.name}: ${ROWS} rows, their columns read`, `${read.toFixed(3)} s`);
  report('  scored in DuckDB', `${scored.toFixed(2)} s   ${(scored / read).toFixed(1)} × the reading`);
}

async function measureProcess(engine: DuckdbEngine, model: ScoringModel): Promise<void> {
  const table = await fetchTable(engine, {
    relation: 'big',
    predictors: model.predictors,
    keys: { customer: 'row_id', day: `''` },
    conditions: [`row_id < ${IN_PROCESS}`],
  });
  const seconds = await measureMedian(async () =>
    predictProbabilities(model, encodeColumns(model.inputs, table)),
  );
  const each = (seconds * 1e6) / IN_PROCESS;
  report(
    `  ${IN_PROCESS} of them in process, each`,
    `${each.toFixed(1)} µs   goal ${GOAL_PREDICT}`,
    each > GOAL_PREDICT,
  );
}

async function measureScoring(folder: string): Promise<void> {
  const given = await openDuckdb({ path: WAREHOUSE, isReadOnly: true });
  const models: ScoringModel[] = [];
  for (const { name } of OUTCOMES) models.push((await fetchModel(given, name)).model);
  await given.close();
  const engine = await openBeside(path.join(folder, 'rows.duckdb'));
  await repeatRows(engine, 'big', {
    from: 'given.intermediate.int_training_snapshots',
    order: 'metric_date, customer_id',
    rows: ROWS,
    place: (count) => `hash(n) % ${count}`,
    columns: 'n as row_id, origin.* exclude (place)',
  });
  for (const model of models) {
    await measureSql(engine, model);
    await measureProcess(engine, model);
  }
  await engine.close();
}

const idOf = (number: string): string => `md5(cast(${number} as varchar))::uuid::varchar`;

/** The feature marts of the warehouse with so many customers, and with the indexes they have there. */
async function makeMarts(file: string, customers: number): Promise<void> {
  const engine = await openBeside(file);
  await engine.execute('create schema marts');
  for (const { name } of OUTCOMES) {
    const mart = `marts.mart_customer_${name}_features`;
    await repeatRows(engine, mart, {
      from: `given.${mart}`,
      order: 'customer_id',
      rows: customers,
      place: (count) => `n % ${count}`,
      columns: `${idOf('n')} as customer_id, origin.* exclude (customer_id, place)`,
    });
    const indexes = await engine.query(
      `select sql from duckdb_indexes() where database_name = 'given' and 'marts.' || table_name = '${mart}'`,
    );
    for (const { sql } of indexes) await engine.execute(String(sql));
  }
  await engine.detach('given');
  await engine.execute('checkpoint');
  await engine.close();
}

async function drawCustomers(file: string, customers: number): Promise<readonly string[]> {
  const next = buildUniforms(1);
  const numbers = Array.from({ length: WARM + LOOK_UPS }, () => Math.floor(next() * customers));
  const engine = await openDuckdb({ path: file, isReadOnly: true });
  const rows = await engine.query(
    `select ${idOf('n')} as customer_id from (select unnest([${numbers.join(', ')}]) as n)`,
  );
  await engine.close();
  return rows.map((row) => String(row['customer_id']));
}

async function measureLookUp(features: FeatureExtractor, customer: string): Promise<number> {
  const start = performance.now();
  if ((await features.fetch(customer)) === null) throw new Error(`there is no customer ${customer}`);
  return performance.now() - start;
}

async function measureLookUps(features: FeatureExtractor, name: string, drawn: readonly string[]) {
  for (const customer of drawn.slice(0, WARM)) await features.fetch(customer);
  const customers = drawn.slice(WARM);
  const before = process.cpuUsage();
  const one: number[] = [];
  for (const customer of customers) one.push(await measureLookUp(features, customer));
  const { user, system } = process.cpuUsage(before);
  const processor = (user + system) / 1000 / LOOK_UPS;
  const [p50, p99] = [computePercentile(one, 0.5), computePercentile(one, 0.99)];
  report(
    `${name}: one at a time`,
    `p50 ${p50.toFixed(2)} ms, goal ${GOAL_P50}   p99 ${p99.toFixed(2)} ms, goal ${GOAL_P99}   processor ${processor.toFixed(2)} ms`,
    p50 > GOAL_P50 || p99 > GOAL_P99,
  );
  const many: number[] = [];
  for (let at = 0; at < customers.length; at += AT_ONCE)
    many.push(
      ...(await Promise.all(
        customers.slice(at, at + AT_ONCE).map((customer) => measureLookUp(features, customer)),
      )),
    );
  report(
    `  ${AT_ONCE} at once, each`,
    `p50 ${computePercentile(many, 0.5).toFixed(2)} ms   p99 ${computePercentile(many, 0.99).toFixed(2)} ms`,
  );
}

async function measureFeatures(folder: string, customers: number): Promise<void> {
  const workspace = path.join(folder, String(customers));
  writeWorkspace(workspace);
  const file = path.join(workspace, 'warehouse.duckdb');
  await makeMarts(file, customers);
  const drawn = await drawCustomers(file, customers);
  for (const { name } of OUTCOMES) {
    const features = await openTenure({ folder: workspace }).scores.openFeatures(name);
    await measureLookUps(features, `${customers} customers, ${name}`, drawn);
    await features.close();
  }
}

const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'tenure-scoring-'));
try {
  await measureScoring(folder);
  for (const customers of [5000, ROWS]) await measureFeatures(folder, customers);
} finally {
  fs.rmSync(folder, { recursive: true });
}
