import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { buildFixedClock } from '../../src/base/index.ts';
import { duckdbDialect, type Engine, openDuckdb } from '../../src/engines/index.ts';
import { openRawStore, runLoad } from '../../src/load/index.ts';
import {
  type Compiler,
  openCompiler,
  type RunSummary,
  runNodes,
  selectNodes,
} from '../../src/runner/index.ts';

export const PROJECT = path.resolve(import.meta.dirname, '../../dbt');
export const ACME = path.resolve(import.meta.dirname, '../../examples/acme/data');
const clock = buildFixedClock('2026-03-20T06:00:00Z');

export interface CompanyOptions {
  /** Names of the files that are loaded, without `.csv`; all of them when left out. */
  readonly tables?: readonly string[];
  readonly vars?: Readonly<Record<string, unknown>>;
  /** A file that is loaded instead of the example's: table → CSV text. */
  readonly contents?: Readonly<Record<string, string>>;
}

/** The example company, loaded and built in memory. */
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

/** Loads the example company, or parts of it, and builds every model with its tests. */
export async function openAcme(options: CompanyOptions = {}): Promise<Company> {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'tenure-'));
  const engine = await openDuckdb({ path: path.join(folder, 'acme.duckdb') });
  await openRawStore(engine, clock);
  const paths = listPaths(folder, options);
  if (paths.length > 0) {
    await runLoad(engine, { paths, scratchPath: path.join(folder, 'load.duckdb'), clock, batchId: '1' });
  }
  const compiler = openAcmeCompiler(options.vars);
  const selection = selectNodes(compiler.manifest, {});
  const summary = await runNodes({ compiler, engine, selection, clock, kinds: 'build' });
  await engine.execute("set search_path = 'marts,intermediate,staging'");
  return {
    engine,
    compiler,
    summary,
    async close() {
      await engine.close();
      fs.rmSync(folder, { recursive: true, force: true });
    },
  };
}
