import { createHash } from 'node:crypto';
import { quoteIdentifier, quoteRelation } from '../base/index.ts';
import type { EngineKind } from '../engines/index.ts';
import type { ManifestNode } from './manifest.ts';

/** PostgreSQL's index of what lies in each block of rows. DuckDB keeps as much of every column by itself. */
const BLOCK_RANGES = 'brin';

/**
 * `create index` for each entry of a node's `indexes` config; the names follow from table and columns. DuckDB has
 * one kind of index, so `type` says something to PostgreSQL only.
 */
export function renderIndexes(node: ManifestNode, engine: EngineKind): readonly string[] {
  const relation = quoteRelation(node.schema, node.alias);
  const wanted = node.config.indexes.filter(({ type }) => engine === 'postgres' || type !== BLOCK_RANGES);
  return wanted.map(({ columns, unique, type }) => {
    const digest = createHash('sha256').update(
      JSON.stringify([relation, columns, unique ?? false, type ?? null]),
    );
    const name = quoteIdentifier(`index_${digest.digest('hex').slice(0, 20)}`);
    const list = columns.map(quoteIdentifier).join(', ');
    const using = type === undefined || engine !== 'postgres' ? '' : ` using ${quoteIdentifier(type)}`;
    return `create ${unique === true ? 'unique ' : ''}index ${name} on ${relation}${using} (${list})`;
  });
}
