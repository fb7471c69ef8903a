import path from 'node:path';
import type { Catalog } from './catalog.ts';
import type { Manifest, ManifestNode, NodeColumn } from './manifest.ts';

export interface DocsTest {
  readonly name: string;
  readonly label: string;
  readonly column: string | null;
  readonly isWarning: boolean;
}

export interface DocsColumn {
  readonly name: string;
  readonly type: string;
  readonly description: string;
}

/** One page of the documentation: a model, seed, source or exposure. */
export interface DocsEntry {
  readonly uniqueId: string;
  readonly name: string;
  /** `view`, `table`, `seed`, `source`, `exposure` … */
  readonly kind: string;
  /** What it stands under in the list. */
  readonly folder: string;
  readonly file: string;
  readonly relation: string | null;
  readonly description: string;
  readonly tags: readonly string[];
  readonly columns: readonly DocsColumn[];
  readonly tests: readonly DocsTest[];
  readonly rawCode: string | null;
  readonly compiledCode: string | null;
  readonly parents: readonly string[];
  readonly children: readonly string[];
}

function buildTestLabel(test: ManifestNode): string {
  const metadata = test.test_metadata;
  if (metadata === undefined) return test.name;
  const details = Object.entries(metadata.kwargs)
    .filter(([name]) => name !== 'model' && name !== 'column_name')
    .map(([name, value]) => `${name}: ${typeof value === 'string' ? value : JSON.stringify(value)}`);
  return details.length === 0 ? metadata.name : `${metadata.name} (${details.join(', ')})`;
}

function listTests(manifest: Manifest): ReadonlyMap<string, readonly DocsTest[]> {
  const byNode = new Map<string, DocsTest[]>();
  const add = (id: string, test: DocsTest): void => {
    byNode.set(id, [...(byNode.get(id) ?? []), test]);
  };
  for (const node of Object.values(manifest.nodes)) {
    if (node.resource_type !== 'test') continue;
    const about = node.attached_node ?? null;
    const test = {
      name: node.name,
      label: buildTestLabel(node),
      column: node.column_name ?? null,
      isWarning: node.config.severity.toLowerCase() === 'warn',
    };
    for (const id of about === null ? node.depends_on.nodes : [about]) add(id, test);
  }
  for (const test of Object.values(manifest.unit_tests)) {
    const label = `unit test ${test.name}`;
    add(test.tested_node_unique_id, { name: test.name, label, column: null, isWarning: false });
  }
  return byNode;
}

/** The columns that exist, with what the YAML says of them; those of the YAML alone when nothing is built. */
function buildColumns(
  described: Readonly<Record<string, NodeColumn>>,
  built: Catalog['nodes'][string] | undefined,
): readonly DocsColumn[] {
  const words = new Map(Object.values(described).map((column) => [column.name.toLowerCase(), column]));
  const existing = Object.values(built?.columns ?? {});
  if (existing.length === 0) {
    return [...words.values()].map((column) => ({
      name: column.name,
      type: column.data_type ?? '',
      description: column.description,
    }));
  }
  return existing.map(({ name, type }) => {
    const description = words.get(name.toLowerCase())?.description ?? '';
    return { name, type, description };
  });
}

function listRelated(map: Readonly<Record<string, readonly string[]>>, id: string): readonly string[] {
  return [...new Set(map[id] ?? [])].filter((other) => !/^(unit_)?test\./.test(other)).sort();
}

export interface DocsOptions {
  /** The compiled SQL of a model, where the manifest does not hold it: `compiler.compile`. */
  readonly compile?: (uniqueId: string) => string;
}

/** Everything the documentation shows, in the order of its list. */
export function buildDocsEntries(
  manifest: Manifest,
  catalog: Pick<Catalog, 'nodes' | 'sources'>,
  options: DocsOptions,
): readonly DocsEntry[] {
  const compile = (node: ManifestNode): string | null =>
    node.resource_type === 'model' ? (node.compiled_code ?? options.compile?.(node.unique_id) ?? null) : null;
  const tests = listTests(manifest);
  const relate = (id: string) => ({
    tests: tests.get(id) ?? [],
    parents: listRelated(manifest.parent_map, id),
    children: listRelated(manifest.child_map, id),
  });
  const nodes = Object.values(manifest.nodes)
    .filter((node) => node.resource_type !== 'test')
    .map((node) => ({
      uniqueId: node.unique_id,
      name: node.name,
      kind: node.resource_type === 'seed' ? 'seed' : node.config.materialized,
      folder: path.posix.dirname(node.original_file_path.replaceAll('\\', '/')),
      file: node.original_file_path,
      relation: node.relation_name,
      description: node.description,
      tags: node.tags,
      columns: buildColumns(node.columns, catalog.nodes[node.unique_id]),
      rawCode: node.resource_type === 'seed' ? null : node.raw_code,
      compiledCode: compile(node),
      ...relate(node.unique_id),
    }));
  const sources = Object.values(manifest.sources).map((source) => ({
    uniqueId: source.unique_id,
    name: `${source.source_name}.${source.name}`,
    kind: 'source',
    folder: `sources/${source.source_name}`,
    file: source.original_file_path,
    relation: source.relation_name,
    description: source.description,
    tags: source.tags,
    columns: buildColumns(source.columns, catalog.sources[source.unique_id]),
    rawCode: null,
    compiledCode: null,
    ...relate(source.unique_id),
  }));
  const exposures = Object.values(manifest.exposures).map((exposure) => ({
    uniqueId: exposure.unique_id,
    name: exposure.label ?? exposure.name,
    kind: 'exposure',
    folder: 'exposures',
    file: exposure.original_file_path,
    relation: null,
    description: exposure.description,
    tags: exposure.tags,
    columns: [],
    rawCode: null,
    compiledCode: null,
    ...relate(exposure.unique_id),
  }));
  const byPlace = (left: DocsEntry, right: DocsEntry): number => {
    const [a, b] = [`${left.folder}\0${left.name}`, `${right.folder}\0${right.name}`];
    return a < b ? -1 : a > b ? 1 : 0;
  };
  return [...nodes, ...sources, ...exposures].sort(byPlace);
}
