import path from 'node:path';
import { utcDate } from '../base/index.ts';
import { listTables } from '../contract/index.ts';
import { checkCatalogue } from '../metrics/index.ts';
import {
  buildLineage,
  type Compiler,
  checkStyle,
  type Lineage,
  type Manifest,
  openCompiler,
  renderLineage,
  type StyleProblem,
} from '../runner/index.ts';
import type { TenureContext } from './context.ts';
import { readMetricCatalogue, readWorkspaceVars } from './definition-files.ts';
import { openStorage } from './storage/open-storage.ts';
import { PACKAGE_ROOT, readProjectWorkspace } from './workspace.ts';

export interface ProjectOptions {
  /** The day the company is looked at, `YYYY-MM-DD`; the setting of the workspace, else today (UTC). */
  readonly asOf?: string;
  /** Variables over those of the project and the workspace. */
  readonly vars?: Readonly<Record<string, unknown>>;
  /** Goes before the names of the schemas of a warehouse under construction; without it: for the one that is there. */
  readonly schemaPrefix?: string;
}

/** The day a build looks at. A foreign project has one only when it is given. */
export function resolveAsOf(context: TenureContext, options: ProjectOptions): string | null {
  const given = options.asOf ?? context.workspace.config.as_of;
  if (given !== undefined) return given;
  return context.workspace.kind === 'own' ? utcDate(context.clock) : null;
}

/**
 * Reads the dbt project of the workspace: the package's models and the user's own beside them.
 *
 * @throws TenureError for anything in the project that is wrong or not supported, with file and line
 */
export function openProject(context: TenureContext, options: ProjectOptions = {}): Compiler {
  const asOf = resolveAsOf(context, options);
  return openCompiler({
    roots: context.workspace.dbtRoots,
    ...context.storage.describeTarget(options.schemaPrefix ?? ''),
    vars: {
      ...readWorkspaceVars(context.workspace),
      ...(asOf === null ? {} : { as_of: asOf }),
      ...options.vars,
    },
    environment: context.environment,
    clock: context.clock,
    invocationId: context.ids.next(),
  });
}

/** The SQL of one node. */
export interface CompiledNode {
  readonly uniqueId: string;
  readonly sql: string;
}

/**
 * The SQL of a model, seed or test by its name.
 *
 * @throws TenureError NODE_UNKNOWN with the nearest name
 */
export function compileNode(context: TenureContext, name: string, options: ProjectOptions): CompiledNode {
  const compiler = openProject(context, options);
  const { unique_id } = buildLineage(compiler.manifest, name);
  return { uniqueId: unique_id, sql: compiler.compile(unique_id) };
}

/** What a node reads and what reads it, as data and as text. */
export function fetchLineage(
  context: TenureContext,
  name: string,
): { readonly lineage: Lineage; readonly text: string } {
  const lineage = buildLineage(openProject(context).manifest, name);
  return { lineage, text: renderLineage(lineage) };
}

/** What breaks the style rules in the package's own models, and metrics whose parts are missing; needs no workspace. */
export function checkPackageStyle(
  world: Pick<TenureContext, 'clock' | 'ids' | 'environment'>,
): readonly StyleProblem[] {
  const own = { ...world, workspace: readProjectWorkspace(path.join(PACKAGE_ROOT, 'dbt')) };
  const { manifest } = openProject({ ...own, storage: openStorage(own) });
  return [...checkStyle(manifest), ...checkMetricParts(manifest)];
}

/** What the models of the score step say, as the catalogue names it among the sources of a metric. */
const SCORE_SOURCES = ['scoring.churn', 'scoring.expansion'];

function checkMetricParts(manifest: Manifest): readonly StyleProblem[] {
  const models = new Map(Object.values(manifest.nodes).map((node) => [node.name, node]));
  const problems = checkCatalogue(readMetricCatalogue(), {
    columnsOf: (name) => {
      const model = models.get(name);
      return model === undefined ? undefined : new Set(Object.keys(model.columns));
    },
    sources: new Set([...listTables().map(({ schema, name }) => `${schema}.${name}`), ...SCORE_SOURCES]),
  });
  return problems.map(({ domain, message }) => {
    const file = path.join(PACKAGE_ROOT, 'dbt', 'catalogue', `${domain.replaceAll('_', '-')}.yml`);
    return { file, line: 1, rule: 'metric-parts', message };
  });
}

/** What breaks the style rules in the workspace's models. */
export function checkProjectStyle(context: TenureContext): readonly StyleProblem[] {
  return checkStyle(openProject(context).manifest);
}
