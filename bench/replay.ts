import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { openTenure, type Tenure, writeWorkspace } from '../src/app/index.ts';
import { openDuckdb } from '../src/engines/index.ts';
import { computeMedian, type Measurement, measureSeconds } from './measurement.ts';

/**
 * Replaying a changed health definition over all history, against rebuilding the health models it replays:
 * `npx tsx bench/replay.ts [WORKSPACE]`, a company of 500 customers unless given. The replay writes both scores of every
 * customer-day and judges both, so it may take `MOST_REBUILDS` times as long. Exit code 1 when a figure is over its limit.
 */
const MOST_REBUILDS = 4;
const MOST_SECONDS = 5;
const RUNS = 3;
const AS_OF = '2026-03-14';
const CHANGE = 'version: 2\nbands: {excellent: 85, stable: 65, at_risk: 45}\n';

async function buildCompany(folder: string): Promise<void> {
  writeWorkspace(folder, AS_OF);
  const tenure = openTenure({ folder });
  await tenure.generate({ preset: 'demo', customers: 500, asOf: AS_OF });
  await tenure.build({ exclude: ['resource_type:test', 'resource_type:unit_test'] });
}

/** The health models as a build makes them, into a table of another database. */
async function rebuildHealth(tenure: Tenure, file: string): Promise<number> {
  const scores = tenure.compile('int_customer_health_scores').sql;
  const compiler = tenure.openProject();
  const relations = new Map([['model.tenure.int_customer_health_scores', 'health_scores']]);
  const days = compiler.compile('model.tenure.int_customer_health_days', { relations });
  const engine = await openDuckdb({ path: file });
  try {
    await engine.attach(tenure.workspace.files.warehouse, 'company', { isReadOnly: true });
    await engine.execute("set search_path = 'main,company.intermediate'");
    const local = (sql: string): string => sql.replaceAll('"intermediate".', 'company.intermediate.');
    await engine.execute(`create view health_scores as ${local(scores)}`);
    return await measureSeconds(() => engine.execute(`create table health_days as ${local(days)}`));
  } finally {
    await engine.close();
    fs.rmSync(file, { force: true });
  }
}

async function runReplayBench(folder: string, scratch: string): Promise<readonly Measurement[]> {
  const tenure = openTenure({ folder });
  const change = path.join(scratch, 'health.yml');
  fs.writeFileSync(change, CHANGE);
  const [replayed, rebuilt, opened]: [number[], number[], number[]] = [[], [], []];
  for (let run = 0; run < RUNS; run += 1) {
    opened.push(await measureSeconds(async () => tenure.openProject()));
    replayed.push(await measureSeconds(() => tenure.metrics.replay({ change })));
    rebuilt.push(await rebuildHealth(tenure, path.join(scratch, 'rebuilt.duckdb')));
  }
  const [whole, rebuild, open] = [replayed, rebuilt, opened].map(computeMedian) as [number, number, number];
  return [
    { name: 'replay of all history', value: whole, limit: MOST_SECONDS, unit: 's' },
    { name: 'of it, reading the project', value: open, limit: null, unit: 's' },
    { name: 'rebuilding the health models', value: rebuild, limit: null, unit: 's' },
    { name: 'replay against rebuilding', value: (whole - open) / rebuild, limit: MOST_REBUILDS, unit: '×' },
  ];
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const scratch = fs.mkdtempSync(path.join(os.tmpdir(), 'tenure-bench-'));
  try {
    const given = process.argv[2];
    const folder = given ?? path.join(scratch, 'company');
    if (given === undefined) await buildCompany(folder);
    for (const { name, value, limit, unit } of await runReplayBench(folder, scratch)) {
      const verdict = limit === null ? '' : value <= limit ? `≤ ${limit}: ok` : `over ${limit}`;
      console.log(`${name.padEnd(32)}${value.toFixed(2).padStart(8)} ${unit.padEnd(2)} ${verdict}`);
      if (limit !== null && value > limit) process.exitCode = 1;
    }
  } finally {
    fs.rmSync(scratch, { recursive: true, force: true });
  }
}
