import { quoteRelation } from '../base/index.ts';
import { lookAtRows } from '../engines/index.ts';
import type { ManifestNode } from './manifest.ts';
import { renderComments } from './node-comments.ts';
import { renderIndexes } from './node-indexes.ts';
import type { NodeContext } from './run-types.ts';

/** What follows when a node's relation has been made: indexes, statistics and comments. */
export async function finishRelation(
  context: NodeContext,
  node: ManifestNode,
  kind: 'table' | 'view',
): Promise<void> {
  const indexes =
    kind === 'table' && context.engine.profile.hasIndexes
      ? renderIndexes(node, context.engine.profile.kind)
      : [];
  for (const sql of indexes) await context.engine.execute(sql);
  if (kind === 'table') await lookAtRows(context.engine, quoteRelation(node.schema, node.alias));
  const comments = await renderComments(context.engine, node, kind);
  if (comments !== '') await context.engine.execute(comments);
}
