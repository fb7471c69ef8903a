import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { buildFixedClock } from '../../src/base/index.ts';
import { type DuckdbEngine, duckdbDialect, type Engine, openDuckdb } from '../../src/engines/index.ts';
import { openRawStore, runLoad } from '../../src/load/index.ts';
import {
  type Compiler,
  openCompiler,
  type RunSummary,
  runNodes,
  selectNodes,
} from '../../src/runner/index.ts';
import { createScoringTables } from '../../src/scoring/index.ts';
import { copyFolder, makeOnce } from '../shared/make-once.ts';

export const PROJECT = path.resolve(import.meta.dirname, '../../dbt');
export const ACME = path.resolve(import.meta.dirname, '../../examples/acme/data');
const clock = buildFixedClock('2026-03-20T06:00:00Z');
/** Where bare names are looked up. */
const SEARCH_PATH = ['marts', 'intermediate', 'staging'];

export interface CompanyOptions {
  /** Names of the files that are loaded, without `.csv`; all of them when left out. */
  readonly tables?: readonly string[];
  readonly vars?: Readonly<Record<string, unknown>>;
  /** The models that are built; all of them when left out. */
  readonly select?: readonly string[];
  /** A file that is loaded instead of the example's: table → CSV text. */
  readonly contents?: Readonly<Record<string, string>>;
}

/** The example company, loaded and built. */
export interface Company {
  readonly engine: Engine;
  readonly compiler: Compiler;
  readonly summary: RunSummary;
  close(): Promise<void>;
}

export function openAcmeCompiler(vars: Readonly<Record<string, unknown>> = {}): Compiler {
  return openCompiler({
    roots: [PROJECT],
    target: { name: 'test', schema: 'main', type: 'duckdb', database: null },
    dialect: duckdbDialect,
    vars: { as_of: '2026-03-14', ...vars },
    environment: {},
    clock,
    invocationId: 'acme',
  });
}

function listPaths(folder: string, options: CompanyOptions): readonly string[] {
  const replaced = Object.entries(options.contents ?? {}).map(([table, content]) => {
    const file = path.join(folder, `${table}.csv`);
    fs.writeFileSync(file, content);
    return file;
  });
  const names = fs.readdirSync(ACME).map((file) => path.basename(file, '.csv'));
  const kept = names.filter(
    (name) => (options.tables ?? names).includes(name) && !(name in (options.contents ?? {})),
  );
  return [...kept.map((name) => path.join(ACME, `${name}.csv`)), ...replaced];
}

/** Loads the example company, or parts of it, into a database, and builds its models with their tests. */
async function buildAcme(engine: DuckdbEngine, folder: string, options: CompanyOptions): Promise<RunSummary> {
  await openRawStore(engine, clock);
  await createScoringTables(engine);
  const paths = listPaths(folder, options);
  if (paths.length > 0) {
    await runLoad(engine, { paths, scratchPath: path.join(folder, 'load.duckdb'), clock, batchId: '1' });
  }
  const compiler = openAcmeCompiler(options.vars);
  for (const schema of SEARCH_PATH) await engine.execute(`create schema if not exists ${schema}`);
  const selection = listSelected(compiler, options);
  return runNodes({ compiler, engine, selection, clock, kinds: 'build' });
}

/** The models and the tests of a build, but for tests that need a model which is not among them. */
function listSelected({ manifest }: Compiler, options: CompanyOptions): readonly string[] {
  const { select } = options;
  const selected = selectNodes(manifest, {
    ...(select === undefined ? {} : { select }),
    // They bring data of their own: what they say of the whole example they say of its parts.
    ...(isWhole(options) ? {} : { exclude: ['resource_type:unit_test'] }),
  });
  const built = new Set([...selected, ...Object.keys(manifest.sources)]);
  return selected.filter((id) => {
    const node = manifest.nodes[id];
    return node?.resource_type !== 'test' || node.depends_on.nodes.every((parent) => built.has(parent));
  });
}

function isWhole(options: CompanyOptions): boolean {
  return Object.keys(options).length === 0;
}

/** A copy of the whole example company, which is built once in a run of the tests. */
async function openWholeAcme(folder: string): Promise<{ engine: Engine; summary: RunSummary }> {
  const made = await makeOnce('acme-models', async (once) => {
    const engine = await openDuckdb({ path: path.join(once, 'acme.duckdb') });
    const summary = await buildAcme(engine, once, {});
    await engine.close();
    fs.writeFileSync(path.join(once, 'summary.json'), JSON.stringify(summary));
  });
  copyFolder(made, folder);
  const summary: RunSummary = JSON.parse(fs.readFileSync(path.join(folder, 'summary.json'), 'utf8'));
  return { engine: await openDuckdb({ path: path.join(folder, 'acme.duckdb') }), summary };
}

async function openPartOfAcme(folder: string, options: CompanyOptions) {
  const engine = await openDuckdb({ path: ':memory:' });
  return { engine, summary: await buildAcme(engine, folder, options) };
}

/**
 * The example company, or parts of it, loaded, with the models that are selected and their tests; without options all of
 * it, with the models' unit tests.
 */
export async function openAcme(options: CompanyOptions = {}): Promise<Company> {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'tenure-'));
  const { engine, summary } = await (isWhole(options)
    ? openWholeAcme(folder)
    : openPartOfAcme(folder, options));
  await engine.execute(`set search_path = '${SEARCH_PATH.join()}'`);
  return {
    engine,
    compiler: openAcmeCompiler(options.vars),
    summary,
    async close() {
      await engine.close();
      fs.rmSync(folder, { recursive: true, force: true });
    },
  };
}
