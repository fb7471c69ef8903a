import { quoteIdentifier, quoteLiteral, quoteRelation } from '../base/index.ts';
import type { Engine } from '../engines/index.ts';
import type { ManifestNode } from './manifest.ts';

interface PersistDocs {
  readonly relation?: boolean;
  readonly columns?: boolean;
}

/**
 * The statements that keep a node's descriptions in the database, where BI tools find them: as in dbt, when
 * `persist_docs` asks for it.
 */
export async function renderComments(
  engine: Engine,
  node: ManifestNode,
  kind: 'table' | 'view',
): Promise<string> {
  const wanted = (node.config['persist_docs'] ?? {}) as PersistDocs;
  const relation = quoteRelation(node.schema, node.alias);
  const statements: string[] = [];
  if (wanted.relation === true && node.description !== '') {
    statements.push(`comment on ${kind} ${relation} is ${quoteLiteral(node.description)}`);
  }
  if (wanted.columns === true && Object.values(node.columns).some((column) => column.description !== '')) {
    const existing = await engine.describe(`select * from ${relation}`);
    for (const column of Object.values(node.columns)) {
      const found = existing.find(({ name }) => name.toLowerCase() === column.name.toLowerCase());
      if (found === undefined || column.description === '') continue;
      const path = `${relation}.${quoteIdentifier(found.name)}`;
      statements.push(`comment on column ${path} is ${quoteLiteral(column.description)}`);
    }
  }
  return statements.join(';\n');
}
