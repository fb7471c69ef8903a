import { buildCrossDatabase } from './cross-database.ts';
import { type JinjaEngine, type JinjaOptions, openJinja, type TemplateFunction } from './jinja-engine.ts';
import { didYouMean } from './nearest-name.ts';
import type { Project } from './project.ts';
import { formatRunTime, renderRunTime } from './run-started-at.ts';
import { bindArguments, isRecord, toPlain } from './template-values.ts';
import type { CompilerOptions } from './world.ts';

/** Values that stand in for the project's own, for one rendering (unit tests). */
export interface Overrides {
  readonly vars?: Readonly<Record<string, unknown>>;
  readonly envVars?: Readonly<Record<string, unknown>>;
}

/** The functions that each rendering answers for itself. */
export const FRAME_FUNCTIONS = [
  'ref',
  'source',
  'var',
  'env_var',
  'config',
  'config_get',
  'config_require',
  'is_incremental',
  'doc',
] as const;

/** Looks up `var(name)`: given variables first, then those of the project, its own package's first. */
export function lookUpVariable(
  sources: readonly (Readonly<Record<string, unknown>> | undefined)[],
  name: string,
  fallback: { readonly value: unknown } | null,
): unknown {
  for (const source of sources) {
    if (source !== undefined && Object.hasOwn(source, name)) return source[name];
  }
  if (fallback !== null) return fallback.value;
  const known = sources.flatMap((source) => Object.keys(source ?? {}));
  const hint = didYouMean(
    name,
    known,
    'Give it a default, set it under vars in dbt_project.yml, or pass --vars.',
  );
  throw new Error(`the variable ${name} is not set. ${hint}`);
}

/** The variables of `dbt_project.yml`, the package's own before those for all packages. */
export function listProjectVariables(project: Project): Readonly<Record<string, unknown>>[] {
  const all = project.settings.vars ?? {};
  const own = all[project.name];
  return [...(isRecord(own) ? [own] : []), all];
}

/** `var` over the given sources of variables. */
export function buildVarFunction(
  sources: readonly (Readonly<Record<string, unknown>> | undefined)[],
): TemplateFunction {
  return (_call, raw) => {
    const [name, second] = raw.map(toPlain);
    const isNamed = isRecord(second) && Object.keys(second).length === 1 && Object.hasOwn(second, 'default');
    const fallback = raw.length < 2 ? null : { value: isNamed ? second['default'] : second };
    return lookUpVariable(sources, String(name), fallback);
  };
}

/** `env_var` over the environment. */
export function buildEnvVarFunction(options: CompilerOptions, overrides: Overrides = {}): TemplateFunction {
  return (call) => {
    const bound = bindArguments(call, 'env_var', ['name', 'default']);
    const name = String(bound['name']);
    const value = overrides.envVars?.[name] ?? options.environment[name] ?? bound['default'];
    if (value === undefined || value === null) {
      throw new Error(`the environment variable ${name} is not set, and env_var gives no default`);
    }
    return String(value);
  };
}

function buildMessages(options: CompilerOptions): Record<string, TemplateFunction> {
  const tell = (level: 'info' | 'warn', text: unknown): string => {
    options.onMessage?.({ level, text: String(text) });
    return '';
  };
  return {
    log: (call) =>
      call.keyword['info'] === true || call.positional[1] === true ? tell('info', call.positional[0]) : '',
    print: (call) => tell('info', call.positional[0] ?? ''),
    warn: (call) => tell('warn', call.positional[0] ?? call.keyword['msg'] ?? ''),
    raise: (call) => {
      throw new Error(String(call.positional[0] ?? call.keyword['msg'] ?? 'raised by the project'));
    },
  };
}

/** Opens the engine with everything that does not depend on the node: dbt's macros, messages, the run's time. */
export function openProjectJinja(options: CompilerOptions): {
  engine: JinjaEngine;
  crossDatabase: ReadonlySet<string>;
} {
  const crossDatabase = buildCrossDatabase(options.dialect);
  const { log, print, warn, raise } = buildMessages(options) as Record<
    'log' | 'print' | 'warn' | 'raise',
    TemplateFunction
  >;
  const globals: Record<string, JinjaOptions['globals'][string]> = {
    ...crossDatabase,
    dbt: crossDatabase,
    log,
    print,
    exceptions: { raise_compiler_error: raise, warn },
    adapter_quote: (call) => `"${String(call.positional[0]).replaceAll('"', '""')}"`,
    run_started_at_parts: {
      strftime: (call) => formatRunTime(options.clock, String(call.positional[0])),
      isoformat: () => renderRunTime(options.clock).replace(' ', 'T'),
      date: () => formatRunTime(options.clock, '%Y-%m-%d'),
    },
  };
  const engine = openJinja({ frameFunctions: FRAME_FUNCTIONS, globals });
  return { engine, crossDatabase: new Set(Object.keys(crossDatabase)) };
}

/** The values, as opposed to functions, that every template sees. */
export function listStaticValues(options: CompilerOptions, projectName: string): Record<string, unknown> {
  const { target } = options;
  return {
    target: {
      name: target.name,
      target_name: target.name,
      schema: target.schema,
      type: target.type,
      database: target.database,
      dbname: target.database,
      profile_name: projectName,
      threads: 1,
    },
    project_name: projectName,
    schema: target.schema,
    database: target.database,
    invocation_id: options.invocationId,
    run_started_at: renderRunTime(options.clock),
    dbt_version: '1.10.0',
    execute: false,
  };
}
