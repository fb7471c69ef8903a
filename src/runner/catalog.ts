import { type Clock, utcTime } from '../base/index.ts';
import type { ColumnInfo, Engine, RelationInfo } from '../engines/index.ts';
import type { Manifest, NodeColumn } from './manifest.ts';
import { buildArtifactMetadata } from './run-results.ts';

export interface CatalogColumn {
  readonly type: string;
  /** From 1, in the order of the relation. */
  readonly index: number;
  readonly name: string;
  readonly comment: string | null;
}

export interface CatalogTable {
  readonly unique_id: string;
  readonly metadata: {
    readonly type: 'BASE TABLE' | 'VIEW';
    readonly schema: string;
    readonly name: string;
    readonly database: string | null;
    readonly comment: string | null;
    readonly owner: string | null;
  };
  readonly columns: Readonly<Record<string, CatalogColumn>>;
  readonly stats: Readonly<Record<string, unknown>>;
}

/** dbt's `catalog.json`, version 1: what really stands in the database. */
export interface Catalog {
  readonly metadata: Readonly<Record<string, unknown>>;
  readonly nodes: Readonly<Record<string, CatalogTable>>;
  readonly sources: Readonly<Record<string, CatalogTable>>;
  readonly errors: null;
}

interface Described {
  readonly unique_id: string;
  readonly database: string | null;
  readonly description: string;
  readonly columns: Readonly<Record<string, NodeColumn>>;
}

const NO_STATS = {
  has_stats: {
    id: 'has_stats',
    label: 'Has Stats?',
    value: false,
    include: false,
    description: 'Indicates whether there are statistics for this table',
  },
};

function buildTable(
  described: Described,
  relation: RelationInfo,
  columns: readonly ColumnInfo[],
): CatalogTable {
  const findComment = (name: string): string | null => {
    const column = Object.values(described.columns).find(
      (candidate) => candidate.name.toLowerCase() === name.toLowerCase(),
    );
    return column?.description || null;
  };
  return {
    unique_id: described.unique_id,
    metadata: {
      type: relation.kind === 'view' ? 'VIEW' : 'BASE TABLE',
      schema: relation.schema,
      name: relation.name,
      database: described.database,
      comment: described.description || null,
      owner: null,
    },
    columns: Object.fromEntries(
      columns.map(({ name, type }, index) => [
        name,
        { type, index: index + 1, name, comment: findComment(name) },
      ]),
    ),
    stats: NO_STATS,
  };
}

/**
 * Describes every relation of the project that exists: seeds, models and sources with their columns. What has
 * not been built is left out.
 */
export async function buildCatalog(engine: Engine, manifest: Manifest, clock: Clock): Promise<Catalog> {
  const relations = new Map<string, RelationInfo>();
  for (const relation of await engine.listRelations()) {
    relations.set(JSON.stringify([relation.schema, relation.name]), relation);
  }
  const nodes: Record<string, CatalogTable> = {};
  const sources: Record<string, CatalogTable> = {};
  const describe = async (
    into: Record<string, CatalogTable>,
    described: Described,
    place: readonly [string, string],
  ): Promise<void> => {
    const relation = relations.get(JSON.stringify(place));
    if (relation === undefined) return;
    const columns = await engine.listColumns(relation.schema, relation.name);
    into[described.unique_id] = buildTable(described, relation, columns);
  };
  for (const node of Object.values(manifest.nodes)) {
    if (node.resource_type === 'test' || node.config.materialized === 'ephemeral') continue;
    await describe(nodes, node, [node.schema, node.alias]);
  }
  for (const source of Object.values(manifest.sources)) {
    await describe(sources, source, [source.schema, source.identifier]);
  }
  const metadata = buildArtifactMetadata(manifest.metadata, 'catalog/v1', utcTime(clock));
  return { metadata, nodes, sources, errors: null };
}

/** The text of `target/catalog.json`. */
export function renderCatalog(catalog: Catalog): string {
  return `${JSON.stringify(catalog, null, 2)}\n`;
}
