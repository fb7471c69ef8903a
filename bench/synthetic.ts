import { spawnSync } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { quoteLiteral } from '../src/base/index.ts';
import { listTables } from '../src/contract/index.ts';
import { duckdbDialect, openDuckdb } from '../src/engines/index.ts';
import { PRESETS } from '../src/generate/index.ts';
import { type FeatureName, measureTruth, TARGETS, type Truth } from './company-truth.ts';

/**
 * What the `dictionary` company is really like, measured from its exported CSV files, seed by seed:
 * `npx tsx bench/synthetic.ts [seeds]`, for example `1-10` or `11,12`. The figures are written to
 * `bench/synthetic-truth.json`, from which docs/synthetic-company.md is made; exit code 1 when one is out of bounds.
 */
const SEEDS = parseSeeds(process.argv[2] ?? '1-10');
const FILE = path.join(import.meta.dirname, 'synthetic-truth.json');
const { asOf } = PRESETS.dictionary;

function parseSeeds(text: string): readonly number[] {
  const [first = 1, last = first] = text.split('-').map(Number);
  return text.includes('-')
    ? Array.from({ length: last - first + 1 }, (_, index) => first + index)
    : text.split(',').map(Number);
}

function generate(seed: number, folder: string): void {
  const tenure = path.join(import.meta.dirname, '..', 'bin', 'tenure');
  const words = [
    'generate',
    '--preset',
    'dictionary',
    '--seed',
    String(seed),
    '--out',
    folder,
    '--format',
    'csv',
  ];
  const result = spawnSync(process.execPath, [tenure, ...words], { encoding: 'utf8' });
  if (result.status !== 0) throw new Error(result.stderr);
}

const TYPES = {
  text: duckdbDialect.typeName('string'),
  boolean: duckdbDialect.typeName('boolean'),
  integer: duckdbDialect.typeName('int'),
  bigint: duckdbDialect.typeName('bigint'),
  float: duckdbDialect.typeName('float'),
  money: duckdbDialect.decimalType(14, 2),
  date: duckdbDialect.typeName('date'),
  timestamp: duckdbDialect.typeName('timestamptz'),
} as const;

/** Reads the files as tables of the contract's types, and measures. */
async function measureFiles(folder: string): Promise<Truth> {
  const engine = await openDuckdb({ path: ':memory:' });
  await engine.execute('create schema raw; create schema marketing');
  for (const { schema, name, columns } of listTables()) {
    const file = quoteLiteral(path.join(folder, `${name}.csv`));
    const types = columns.map(
      (column) => `${quoteLiteral(column.name)}: ${quoteLiteral(TYPES[column.type])}`,
    );
    await engine.execute(
      `create table ${schema}.${name} as from read_csv(${file}, auto_detect = false, header = true, delim = ',', quote = '"',
         escape = '"', columns = {${types.join(', ')}})`,
    );
  }
  const truth = await measureTruth(engine, asOf);
  await engine.close();
  return truth;
}

/** Everything issue 3 promises of the preset, as rules over the figures of all seeds. */
function listFaults(truths: readonly Truth[]): readonly string[] {
  const faults: string[] = [];
  const check = (holds: boolean, fault: string) => {
    if (!holds) faults.push(fault);
  };
  for (const [name, target] of Object.entries(TARGETS) as [FeatureName, number][]) {
    const values = truths.map((truth) => truth.correlations[name].r);
    const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
    check(Math.abs(mean - target) <= 0.03, `${name}: mean ${mean.toFixed(3)}, target ${target} ± .03`);
    check(
      values.every((value) => Math.abs(value - target) <= 0.06),
      `${name}: a seed is further than .06 from ${target}`,
    );
    check(
      truths.every((truth) => truth.correlations[name].p < 0.001),
      `${name}: a seed has p ≥ .001`,
    );
  }
  for (const [index, truth] of truths.entries()) {
    const rule = (holds: boolean, fault: string) => check(holds, `seed ${SEEDS[index]}: ${fault}`);
    const [starter, growth, enterprise] = truth.churnByTier;
    const [strongest] = Object.entries(truth.upgradeAuc).sort((a, b) => b[1] - a[1]);
    rule(Math.abs(truth.events - 1e7) <= 5e5, `${truth.events} events`);
    rule(starter > growth && growth > enterprise, 'churn does not fall with the tier');
    rule(truth.lowAdoptionRatio >= 2, `low adoption ${truth.lowAdoptionRatio}`);
    rule(truth.eventsBeforeChurn <= 0.72, `events before churn ${truth.eventsBeforeChurn}`);
    rule(truth.ticketsBeforeChurn >= 2, `tickets before churn ${truth.ticketsBeforeChurn}`);
    rule(truth.topicsBeforeChurn > 1, `topics before churn ${truth.topicsBeforeChurn}`);
    rule(truth.trialRatio >= 4 && truth.trialRatio <= 6, `trial ratio ${truth.trialRatio}`);
    rule(truth.trialsP < 0.05, `trials p ${truth.trialsP}`);
    rule(strongest?.[0] === 'premium_feature_trials_30d', `strongest sign of an upgrade: ${strongest?.[0]}`);
    for (const [name, auc] of Object.entries(truth.singleAuc)) rule(auc < 0.86, `${name} alone: AUC ${auc}`);
  }
  return faults;
}

/** Five digits: as much as is meant. */
function roundAll(key: string, value: unknown): unknown {
  return typeof value === 'number' && key !== 'p' && key !== 'trialsP' ? Number(value.toPrecision(5)) : value;
}

const truths: Truth[] = [];
for (const seed of SEEDS) {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'tenure-synthetic-'));
  try {
    generate(seed, folder);
    truths.push(await measureFiles(folder));
  } finally {
    fs.rmSync(folder, { recursive: true, force: true });
  }
  const { correlations } = truths.at(-1) as Truth;
  const shown = Object.entries(correlations).map(([name, { r }]) => `${name} ${r.toFixed(3)}`);
  console.log(`seed ${seed}: ${shown.join(', ')}`);
}
fs.writeFileSync(FILE, `${JSON.stringify({ seeds: SEEDS, truths }, roundAll, 2)}\n`);
const faults = listFaults(truths);
for (const fault of faults) console.log(`out of bounds: ${fault}`);
process.exitCode = faults.length === 0 ? 0 : 1;
