import { quoteRelation, TenureError } from '../base/index.ts';
import { type ReadManifest, readManifest } from './build-manifest.ts';
import { type CommonTableExpression, injectExpressions } from './common-table-expressions.ts';
import type { CompileOptions, Compiler } from './compiler.ts';
import type { NodeTemplate } from './drafts.ts';
import type { ManifestNode } from './manifest.ts';
import { buildTemplate } from './model-nodes.ts';
import { didYouMean } from './nearest-name.ts';
import { readWorld } from './read-world.ts';
import { renderInNode } from './render-node.ts';
import type { SourceText } from './source-text.ts';
import type { CompilerOptions, World } from './world.ts';

/** One rendering of the second pass: the SQL, and the ephemeral models it reads. */
interface Rendered {
  readonly sql: string;
  readonly ephemeral: readonly string[];
}

interface Parts {
  readonly world: World;
  readonly read: ReadManifest;
}

function expressionName(node: ManifestNode): string {
  return `__dbt__cte__${node.name}`;
}

function relationOf(node: ManifestNode): string {
  return node.relation_name ?? quoteRelation(node.schema, node.alias);
}

function renderTemplate(
  { world, read }: Parts,
  subject: { readonly node: ManifestNode; readonly template: NodeTemplate },
  options: CompileOptions,
): Rendered {
  const { manifest, index } = read;
  const ephemeral = new Set<string>();
  const from = subject.template.source;
  const nameOf = (id: string): string | undefined => options.relations?.get(id);
  const sql = renderInNode(world, subject, {
    execute: true,
    isIncremental: options.isIncremental ?? false,
    self: nameOf('this') ?? nameOf(subject.node.unique_id) ?? relationOf(subject.node),
    ...(options.vars === undefined ? {} : { vars: options.vars }),
    ...(options.envVars === undefined ? {} : { envVars: options.envVars }),
    ...(options.macros === undefined ? {} : { macros: options.macros }),
    ref: (written) => {
      const id = index.ref(written, from);
      const replaced = nameOf(id);
      if (replaced !== undefined) return replaced;
      const node = manifest.nodes[id];
      if (node === undefined)
        throw new TenureError('NODE_UNKNOWN', { name: id, hint: 'Read the project again.' });
      if (node.config.materialized !== 'ephemeral') return relationOf(node);
      ephemeral.add(id);
      return expressionName(node);
    },
    source: (sourceName, tableName) => {
      const id = index.source(sourceName, tableName, from);
      return nameOf(id) ?? manifest.sources[id]?.relation_name ?? quoteRelation(sourceName, tableName);
    },
  });
  return { sql: sql.trim(), ephemeral: [...ephemeral] };
}

/** Takes away the import of macros that stand-ins replace, so that the context answers instead. */
function hideMacros({ world }: Parts, template: NodeTemplate, hidden: ReadonlySet<string>): NodeTemplate {
  const body = template.text.replace(/^\{% from '[^']+' import [^%]*%\}/, '');
  return { ...template, text: world.macros.buildImport(body, hidden) + body };
}

/** The ephemeral models behind some SQL, each after those it reads itself. */
function listExpressions(
  parts: Parts,
  ids: readonly string[],
  options: CompileOptions,
): CommonTableExpression[] {
  const found = new Map<string, CommonTableExpression>();
  const visit = (id: string): void => {
    if (found.has(id)) return;
    const { sql, ephemeral } = renderById(parts, id, options);
    ephemeral.forEach(visit);
    const node = parts.read.manifest.nodes[id];
    if (node !== undefined) found.set(id, { name: expressionName(node), sql });
  };
  ids.forEach(visit);
  return [...found.values()];
}

function renderById(parts: Parts, id: string, options: CompileOptions): Rendered {
  const draft = parts.read.drafts.get(id);
  if (draft === undefined) {
    const hint = didYouMean(id, parts.read.drafts.keys(), 'Give the unique id of a model or data test.');
    throw new TenureError('NODE_UNKNOWN', { name: id, hint });
  }
  if (draft.template === null) {
    throw new TenureError('NODE_UNKNOWN', {
      name: `${id} with SQL`,
      hint: 'A seed has rows instead of a query.',
    });
  }
  const hidden = new Set(Object.keys(options.macros ?? {}).map((name) => name.replace(/^.*\./, '')));
  const template = hidden.size === 0 ? draft.template : hideMacros(parts, draft.template, hidden);
  return renderTemplate(parts, { node: draft.node, template }, options);
}

function renderText(
  parts: Parts,
  subject: { readonly sql: string; readonly uniqueId: string },
  options: CompileOptions,
): string {
  const { sql, uniqueId } = subject;
  const draft = parts.read.drafts.get(uniqueId);
  const node = draft?.node;
  if (node === undefined)
    throw new TenureError('NODE_UNKNOWN', { name: uniqueId, hint: 'Give the unique id of a node.' });
  const source: SourceText = {
    file: `${node.root_path}/${node.original_file_path}`,
    text: sql,
    firstLine: 1,
  };
  const template = buildTemplate(parts.world, source);
  const rendered = renderTemplate(parts, { node, template }, options);
  return injectExpressions(rendered.sql, listExpressions(parts, rendered.ephemeral, {}));
}

/**
 * Reads a dbt project and answers with its manifest and the SQL of its nodes. Everything wrong in the project
 * is thrown here with file and line, except what only shows when one node is compiled.
 *
 * @throws TenureError PROJECT_MISSING, PROJECT_INVALID, PROJECT_UNSUPPORTED, PROJECT_DUPLICATE,
 * REFERENCE_UNKNOWN, RENDER_FAILED, GRAPH_CYCLE
 * @example
 * const compiler = openCompiler({ roots: ['dbt'], target, dialect, environment, clock, invocationId });
 * compiler.compile('model.tenure.customer_lifetime_value'); // the SQL, references resolved
 */
export function openCompiler(options: CompilerOptions): Compiler {
  const world = readWorld(options);
  const parts: Parts = { world, read: readManifest(world) };
  const cache = new Map<string, string>();
  return {
    manifest: parts.read.manifest,
    compile: (uniqueId, compileOptions = {}) => {
      const isPlain = Object.values(compileOptions).every((value) => value === undefined || value === false);
      const known = isPlain ? cache.get(uniqueId) : undefined;
      if (known !== undefined) return known;
      const { sql, ephemeral } = renderById(parts, uniqueId, compileOptions);
      const { isIncremental: _ownRun, ...inherited } = compileOptions;
      const result = injectExpressions(sql, listExpressions(parts, ephemeral, inherited));
      if (isPlain) cache.set(uniqueId, result);
      return result;
    },
    render: (sql, uniqueId, renderOptions = {}) => renderText(parts, { sql, uniqueId }, renderOptions),
  };
}
