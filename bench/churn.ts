import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { PACKAGE_ROOT } from '../src/app/index.ts';
import { systemClock } from '../src/base/index.ts';
import { duckdbDialect, type Engine, openDuckdb } from '../src/engines/index.ts';
import { openRawStore } from '../src/load/index.ts';
import { openCompiler, runNodes, selectNodes } from '../src/runner/index.ts';
import { BENCH_AS_OF, HAND_WRITTEN_CHURN, writeCompany } from './company.ts';
import { computeMedian, type Measurement, measureSeconds } from './measurement.ts';

const LIMIT_RATIO = 1.3;
const clock = systemClock;

function openBenchProject() {
  return openCompiler({
    roots: [path.join(PACKAGE_ROOT, 'dbt')],
    target: { name: 'bench', schema: 'main', type: 'duckdb', database: null },
    dialect: duckdbDialect,
    vars: { as_of: BENCH_AS_OF },
    environment: {},
    clock,
    invocationId: 'bench',
  });
}

/** Rows in which the built mart and the hand-written table differ; a comparison of unlike things is no benchmark. */
async function countDifferences(engine: Engine): Promise<number> {
  const conditions = (await engine.listColumns('bench', 'churn')).map(({ name, type }) =>
    type === 'DOUBLE'
      ? `abs(hand.${name} - mart.${name}) > 1e-9`
      : `hand.${name} is distinct from mart.${name}`,
  );
  const [row] = await engine.query(
    `select count(*) as n from bench.churn as hand
     full join marts.mart_customer_churn_features as mart using (customer_id) where ${conditions.join(' or ')}`,
  );
  return Number(row?.['n']);
}

/** The churn mart with everything it needs, against the best query we can write by hand on the same raw tables. */
export async function runChurnBench(events: number): Promise<readonly Measurement[]> {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'tenure-bench-'));
  const engine = await openDuckdb({ path: path.join(folder, 'bench.duckdb') });
  try {
    await openRawStore(engine, clock);
    await engine.execute('create schema bench');
    await writeCompany(engine, events);
    await engine.execute('checkpoint');
    const compiler = openBenchProject();
    const selection = selectNodes(compiler.manifest, {
      select: ['+mart_customer_churn_features'],
      resourceTypes: ['model'],
    });
    const seeds = selectNodes(compiler.manifest, { resourceTypes: ['seed'] });
    await runNodes({ compiler, engine, selection: seeds, clock, kinds: 'build' });
    const [hand, built]: [number[], number[]] = [[], []];
    for (let run = 0; run < 5; run += 1) {
      hand.push(await measureSeconds(() => engine.execute(HAND_WRITTEN_CHURN)));
      built.push(
        await measureSeconds(async () => {
          const summary = await runNodes({ compiler, engine, selection, clock, kinds: 'build' });
          if (!summary.ok) throw new Error(summary.results.map((result) => result.message).join('\n'));
          if (process.argv.includes('--nodes')) {
            for (const result of summary.results)
              console.log(`    ${result.seconds.toFixed(3)} s ${result.name}`);
          }
        }),
      );
    }
    const differences = await countDifferences(engine);
    if (differences > 0)
      throw new Error(`${differences} rows differ between the mart and the hand-written query`);
    if (process.argv.includes('--nodes')) console.log(hand, built);
    const [byHand, byModels] = [computeMedian(hand), computeMedian(built)];
    return [
      { name: `churn mart by hand, ${events} events`, value: byHand, limit: null, unit: 's' },
      { name: 'churn mart by the models', value: byModels, limit: null, unit: 's' },
      { name: 'churn mart: models against by hand', value: byModels / byHand, limit: LIMIT_RATIO, unit: '×' },
    ];
  } finally {
    await engine.close();
    fs.rmSync(folder, { recursive: true, force: true });
  }
}
