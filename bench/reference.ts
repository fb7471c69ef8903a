import { spawnSync } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { buildFixedClock } from '../src/base/index.ts';
import { type Engine, openDuckdb } from '../src/engines/index.ts';
import { buildCompanyPlan, writeCompany } from '../src/generate/index.ts';
import { openRawStore } from '../src/load/index.ts';
import { measureTruth } from './company-truth.ts';

/**
 * A gradient-boosted reference on the `dictionary` company: `LIGHTGBM=path/to/lightgbm npx tsx bench/reference.ts [seed]`.
 * Run by hand, not by CI: LightGBM's command line program is built from the sources inside the npm package
 * `lightgbm` (`npm pack lightgbm`, then CMake in package/dependencies/LightGBM with -DBUILD_CLI=ON); run with 4.1.0.99.
 * The figures are written to bench/synthetic-reference.json, from which docs/synthetic-company.md is made.
 *
 * Month-end snapshots with what was known then, label: leaves within the next 90 days. With L the last day whose 90
 * days have passed: tested on the snapshots of the 60 days up to L, trained on those up to L − 150, whose labels were
 * complete before the test begins.
 */
const FEATURES = [
  'tier',
  'mrr',
  'tenure_days',
  'events_last_30d',
  'events_prev_30d',
  'events_last_7d',
  'total_events',
  'retention_signal_count',
  'avg_adoption_score',
  'adoption_last_30d',
  'premium_feature_trials_30d',
  'tickets_last_30d',
  'high_priority_tickets',
  'feature_request_tickets_90d',
  'days_since_last_event',
] as const;

const SETTINGS = {
  objective: 'binary',
  num_iterations: '200',
  learning_rate: '0.04',
  num_leaves: '12',
  min_data_in_leaf: '100',
  lambda_l2: '5',
  seed: '1',
  deterministic: 'true',
  num_threads: '1',
  header: 'true',
  label_column: 'name:churns',
  verbosity: '-1',
};

const seed = Number(process.argv[2] ?? 1);
const program = process.env['LIGHTGBM'] ?? 'lightgbm';
const plan = buildCompanyPlan({ preset: 'dictionary', seed });

function runLightgbm(settings: Readonly<Record<string, string>>): void {
  const words = Object.entries({ ...SETTINGS, ...settings }).map(([name, value]) => `${name}=${value}`);
  const result = spawnSync(program, words, { encoding: 'utf8' });
  if (result.status !== 0) throw new Error(`${result.error?.message ?? ''}${result.stdout}${result.stderr}`);
}

async function openSnapshots(): Promise<Engine> {
  const engine = await openDuckdb({ path: ':memory:' });
  await openRawStore(engine, buildFixedClock(`${plan.asOf}T00:00:00Z`));
  await writeCompany(engine, { plan, loadedAt: `${plan.asOf}T00:00:00Z`, batchId: '1', source: 'synthetic' });
  await measureTruth(engine, plan.asOf);
  await engine.execute(`
    create temp table examples as
    select cast(churns as integer) as churns, day, list_position(['starter', 'growth', 'enterprise'], plan_tier) as tier,
      ${FEATURES.slice(1).join(', ')}
    from snapshots order by day, customer_id`);
  return engine;
}

async function writeSplit(engine: Engine, where: string, file: string): Promise<number> {
  await engine.execute(
    `copy (select churns, ${FEATURES.join(', ')} from examples where ${where}) to '${file}' (header, nullstr 'nan')`,
  );
  const [row] = await engine.query(`select count(*) as n from examples where ${where}`);
  return Number(row?.['n']);
}

async function fetchAuc(engine: Engine, labels: string, scores: string): Promise<number> {
  const [row] = await engine.query(`
    with labelled as (
      select churns, row_number() over () as place from read_csv('${labels}', header = true)
    ), scored as (
      select score, row_number() over () as place from read_csv('${scores}', header = false, columns = {'score': 'double'})
    ), ranked as (
      select churns = 1 as label, rank() over (order by score) + (count(*) over (partition by score) - 1) / 2 as place
      from labelled inner join scored using (place)
    )
    select (sum(place) filter (label) - count(*) filter (label) * (count(*) filter (label) + 1) / 2)
      / (count(*) filter (label) * count(*) filter (not label)) as auc
    from ranked`);
  return Number(row?.['auc']);
}

/** Mean absolute contribution of each feature in log-odds, as shares of their sum, largest first. */
async function fetchContributions(engine: Engine, file: string) {
  const columns = [...FEATURES, 'bias'].map((name) => `'${name}': 'double'`).join(', ');
  const means = FEATURES.map((name) => `avg(abs(${name})) as ${name}`).join(', ');
  const [row] = await engine.query(
    `select ${means} from read_csv('${file}', delim = '\t', header = false, columns = {${columns}})`,
  );
  const values = FEATURES.map((name) => [name, Number(row?.[name])] as const);
  const total = values.reduce((sum, [, value]) => sum + value, 0);
  return values
    .map(([name, value]) => [name, Number((value / total).toFixed(3))] as const)
    .sort((a, b) => b[1] - a[1])
    .slice(0, 6);
}

const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'tenure-reference-'));
const [train, test, model, scores, shap] = [
  'train.csv',
  'test.csv',
  'model.txt',
  'scores.tsv',
  'shap.tsv',
].map((name) => path.join(folder, name)) as [string, string, string, string, string];
const engine = await openSnapshots();
const last = `(date '${plan.asOf}' - 90)`;
const testWhere = `day > ${last} - 60 and day <= ${last}`;
const trainRows = await writeSplit(engine, `day <= ${last} - 150`, train);
const testRows = await writeSplit(engine, testWhere, test);
runLightgbm({ task: 'train', data: train, output_model: model });
runLightgbm({ task: 'predict', data: test, input_model: model, output_result: scores });
runLightgbm({
  task: 'predict',
  data: test,
  input_model: model,
  output_result: shap,
  predict_contrib: 'true',
});
const [base] = await engine.query(`select avg(churns) as rate from examples where ${testWhere}`);
const figures = {
  seed,
  trainRows,
  testRows,
  baseRate: Number(Number(base?.['rate']).toFixed(4)),
  auc: Number((await fetchAuc(engine, test, scores)).toFixed(4)),
  topFeatures: await fetchContributions(engine, shap),
};
await engine.close();
fs.rmSync(folder, { recursive: true, force: true });
console.log(JSON.stringify(figures, null, 2));
if (process.argv[2] === undefined)
  fs.writeFileSync(
    path.join(import.meta.dirname, 'synthetic-reference.json'),
    `${JSON.stringify(figures, null, 2)}\n`,
  );
