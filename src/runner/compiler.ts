import type { Manifest } from './manifest.ts';

/** What may differ between two compilations of one node. */
export interface CompileOptions {
  /** What `is_incremental()` answers; false by default. */
  readonly isIncremental?: boolean;
  /** Unit tests: the SQL name to use for a node or source instead of its relation, by unique id (`this` for the model itself). */
  readonly relations?: ReadonlyMap<string, string>;
  /** Unit tests: values of `vars`, `env_vars` and macros without arguments that stand in for the project's. */
  readonly vars?: Readonly<Record<string, unknown>>;
  readonly envVars?: Readonly<Record<string, string>>;
  readonly macros?: Readonly<Record<string, unknown>>;
}

/** A project that has been read: its manifest, and SQL text for any node of it. Built by `openCompiler`. */
export interface Compiler {
  readonly manifest: Manifest;
  /** The SQL of a model or data test with every reference resolved and ephemeral parents inlined. */
  compile(uniqueId: string, options?: CompileOptions): string;
  /** Renders a piece of SQL (a hook, a query of `tenure compile`) in the context of a node. */
  render(sql: string, uniqueId: string, options?: Pick<CompileOptions, 'isIncremental'>): string;
}
