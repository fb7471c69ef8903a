import type { Clock, Environment } from '../base/index.ts';
import type { Dialect, EngineKind } from '../engines/index.ts';
import type { JinjaEngine } from './jinja-engine.ts';
import type { MacroLibrary } from './macro-library.ts';
import type { Project } from './project.ts';
import type { Properties } from './properties.ts';

/** The database a project is compiled for: dbt's `target`. */
export interface Target {
  readonly name: string;
  readonly schema: string;
  readonly type: EngineKind;
  readonly database: string | null;
}

/** A remark that stops nothing, from the project (`log`, `print`, `exceptions.warn`) or about it. */
export interface CompilerMessage {
  readonly level: 'info' | 'warn';
  readonly text: string;
}

export interface CompilerOptions {
  /** The first folder holds `dbt_project.yml`; the models, macros, seeds and tests of the others join it. */
  readonly roots: readonly string[];
  readonly target: Target;
  readonly dialect: Dialect;
  /** Variables that win over those of the project, as `--vars` does. */
  readonly vars?: Readonly<Record<string, unknown>>;
  readonly environment: Environment;
  readonly clock: Clock;
  readonly invocationId: string;
  readonly onMessage?: (message: CompilerMessage) => void;
}

/** Everything that reading and rendering share. */
export interface World {
  readonly options: CompilerOptions;
  readonly project: Project;
  readonly properties: Properties;
  readonly engine: JinjaEngine;
  readonly macros: MacroLibrary;
  readonly docs: ReadonlyMap<string, string>;
}
