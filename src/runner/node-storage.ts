import { quoteIdentifier } from '../base/index.ts';
import type { TableStorage } from '../engines/index.ts';
import type { ManifestNode } from './manifest.ts';

function listWritten(value: unknown): readonly string[] {
  if (typeof value === 'string') return [value];
  return Array.isArray(value) ? value.map(String) : [];
}

/**
 * How a node's table is kept, by the names dbt-clickhouse has for it: `engine`, `order_by`, `partition_by`. Without an
 * order of its own a table has that of its first index, a unique one before others.
 */
export function buildStorage({ config }: ManifestNode): TableStorage {
  const index = config.indexes.find(({ unique }) => unique === true) ?? config.indexes[0];
  const written = listWritten(config['order_by']);
  const { engine } = config;
  return {
    engine: typeof engine === 'string' ? engine : null,
    orderBy: written.length > 0 ? written : (index?.columns ?? []).map(quoteIdentifier),
    partitionBy: listWritten(config['partition_by']),
  };
}
