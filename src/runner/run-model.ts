import { quoteRelation, TenureError } from '../base/index.ts';
import { lookAtRows } from '../engines/index.ts';
import { finishRelation } from './finish-relation.ts';
import { mergeRows } from './incremental-rows.ts';
import type { ManifestNode } from './manifest.ts';
import { renderComments } from './node-comments.ts';
import { runWithHooks } from './node-hooks.ts';
import { buildStorage } from './node-storage.ts';
import type { NodeContext, NodeOutcome } from './run-types.ts';
import { fetchStanding, replaceRelation } from './swap-relation.ts';

async function fetchRowCount(context: NodeContext, node: ManifestNode): Promise<number> {
  const relation = quoteRelation(node.schema, node.alias);
  const [row] = await context.engine.query(`select count(*) as n from ${relation}`);
  return Number(row?.['n'] ?? 0);
}

function renderMessage(text: string, lost: readonly string[]): string {
  return lost.length === 0 ? text : `${text}; dropped views that no longer fit: ${lost.join(', ')}`;
}

async function runReplacement(
  context: NodeContext,
  node: ManifestNode,
  kind: 'table' | 'view',
): Promise<NodeOutcome> {
  const sql = context.compiler.compile(node.unique_id);
  context.keepCompiled(sql);
  const target = {
    schema: node.schema,
    name: node.alias,
    kind,
    storage: buildStorage(node),
    isGrowing: node.config.materialized === 'incremental',
  };
  const lost = await runWithHooks(context, { node }, async () => {
    const views = await replaceRelation(context, target, sql);
    await finishRelation(context, node, kind);
    return views;
  });
  if (kind === 'view') return { status: 'success', message: renderMessage('created view', lost) };
  const rows = await fetchRowCount(context, node);
  return { status: 'success', message: renderMessage(`created table, ${rows} rows`, lost), rows };
}

async function runIncremental(context: NodeContext, node: ManifestNode): Promise<NodeOutcome> {
  const isRefresh = node.config.full_refresh ?? context.isRefreshed(node);
  const kind = await fetchStanding(context, { schema: node.schema, name: node.alias });
  if (isRefresh || kind !== 'table') return runReplacement(context, node, 'table');
  const sql = context.compiler.compile(node.unique_id, { isIncremental: true });
  context.keepCompiled(sql);
  const rows = await runWithHooks(context, { node, isIncremental: true }, async () => {
    const merged = await mergeRows(context.engine, node, sql);
    await lookAtRows(context.engine, quoteRelation(node.schema, node.alias));
    const comments = await renderComments(context.engine, node, 'table');
    if (comments !== '') await context.engine.execute(comments);
    return merged;
  });
  return { status: 'success', message: `added ${rows} rows`, rows };
}

/**
 * Builds one model as its `materialized` config says.
 *
 * @throws TenureError QUERY_FAILED with the database's words, NODE_UNSUPPORTED, SCHEMA_CHANGED, or what
 *   compiling the model raises
 */
export async function runModel(context: NodeContext, node: ManifestNode): Promise<NodeOutcome> {
  const { materialized } = node.config;
  if (materialized === 'incremental') return runIncremental(context, node);
  if (materialized === 'view' || materialized === 'table') return runReplacement(context, node, materialized);
  throw new TenureError('NODE_UNSUPPORTED', {
    file: node.original_file_path,
    name: node.name,
    setting: 'materialized',
    value: materialized,
    supported: 'view, table, incremental, ephemeral',
  });
}
