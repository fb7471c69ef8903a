import { quoteIdentifier, quoteLiteral, quoteRelation } from '../base/index.ts';
import type { Engine } from '../engines/index.ts';
import type { ManifestNode } from './manifest.ts';

interface PersistDocs {
  readonly relation?: boolean;
  readonly columns?: boolean;
}

/** The columns of a relation that a node describes, with what it says of them. */
async function listDescribed(engine: Engine, node: ManifestNode, relation: string) {
  const described = Object.values(node.columns).filter((column) => column.description !== '');
  if (described.length === 0) return [];
  const existing = await engine.describe(`select * from ${relation}`);
  return described.flatMap((column) => {
    const found = existing.find(({ name }) => name.toLowerCase() === column.name.toLowerCase());
    if (found === undefined) return [];
    return [{ name: quoteIdentifier(found.name), text: quoteLiteral(column.description) }];
  });
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
  const hasText = wanted.relation === true && node.description !== '';
  return engine.dialect.renderComments({
    kind,
    relation,
    text: hasText ? quoteLiteral(node.description) : null,
    columns: wanted.columns === true ? await listDescribed(engine, node, relation) : [],
  });
}
