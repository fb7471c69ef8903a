import { quoteIdentifier, quoteLiteral, quoteRelation } from '../base/index.ts';
import type { Engine } from '../engines/index.ts';
import type { ManifestNode } from './manifest.ts';

interface PersistDocs {
  readonly relation?: boolean;
  readonly columns?: boolean;
}

/**
 * The statements that keep a node's descriptions in the database, where BI tools find them. dbt does so only
 * when `persist_docs` asks for it; here they are kept unless it says no.
 */
export async function renderComments(
  engine: Engine,
  node: ManifestNode,
  kind: 'table' | 'view',
): Promise<string> {
  const wanted = (node.config['persist_docs'] ?? {}) as PersistDocs;
  const relation = quoteRelation(node.schema, node.alias);
  const statements: string[] = [];
  if (wanted.relation !== false && node.description !== '') {
    statements.push(`comment on ${kind} ${relation} is ${quoteLiteral(node.description)}`);
  }
  if (wanted.columns !== false && Object.values(node.columns).some((column) => column.description !== '')) {
    const existing = await engine.listColumns(node.schema, node.alias);
    for (const column of Object.values(node.columns)) {
      const found = existing.find(({ name }) => name.toLowerCase() === column.name.toLowerCase());
      if (found === undefined || column.description === '') continue;
      const path = `${relation}.${quoteIdentifier(found.name)}`;
      statements.push(`comment on column ${path} is ${quoteLiteral(column.description)}`);
    }
  }
  return statements.join(';\n');
}
