import path from 'node:path';
import { PACKAGE_ROOT } from '../../src/app/index.ts';
import { buildFixedClock } from '../../src/base/index.ts';
import { listTables } from '../../src/contract/index.ts';
import { duckdbDialect, type Engine, openDuckdb } from '../../src/engines/index.ts';
import {
  type Compiler,
  type ManifestNode,
  openCompiler,
  runNodes,
  selectNodes,
} from '../../src/runner/index.ts';
import { writeMadeScores } from './made-scores.ts';

const clock = buildFixedClock('2026-03-15T06:00:00Z');

/** In the history of the companies that are built in memory. */
const SCORED = { from: '2025-08-01', to: '2026-03-14' };

export interface CompilerOptions {
  /** The day looked back from. */
  readonly asOf: string;
  /** Projects beside the package's own. */
  readonly roots?: readonly string[];
  readonly vars?: Readonly<Record<string, unknown>>;
}

/** The project's models, looked at from a day. */
export function openModels(options: CompilerOptions): Compiler {
  return openCompiler({
    roots: [path.join(PACKAGE_ROOT, 'dbt'), ...(options.roots ?? [])],
    target: { name: 'test', schema: 'main', type: 'duckdb', database: null },
    dialect: duckdbDialect,
    vars: { as_of: options.asOf, ...options.vars },
    environment: {},
    clock,
    invocationId: options.asOf,
  });
}

/** The raw tables and made scores in memory, so that a run waits for no disk. */
export async function openRawCopy(raw: string): Promise<Engine> {
  const engine = await openDuckdb({ path: ':memory:' });
  await engine.attach(raw, 'original', { isReadOnly: true });
  for (const { schema, name } of listTables()) {
    await engine.execute(`create schema if not exists ${schema}`);
    await engine.execute(`create table ${schema}.${name} as from original.${schema}.${name}`);
  }
  await engine.detach('original');
  await writeMadeScores(engine, SCORED);
  return engine;
}

/** Builds the models selected, all when nothing is; returns them. */
export async function runModels(
  engine: Engine,
  compiler: Compiler,
  select?: readonly string[],
): Promise<readonly ManifestNode[]> {
  const { manifest } = compiler;
  const selection = selectNodes(manifest, {
    ...(select === undefined ? {} : { select }),
    resourceTypes: ['seed', 'model'],
  });
  const summary = await runNodes({ compiler, engine, selection, clock, kinds: 'build' });
  const bad = summary.results.find((result) => result.status === 'error');
  if (bad !== undefined) throw new Error(`${bad.name}: ${bad.message}`);
  return selection
    .map((id) => manifest.nodes[id] as ManifestNode)
    .filter((node) => node.resource_type === 'model');
}
