import type { CompileOptions, Compiler } from '../../src/runner/compiler.ts';
import type {
  Manifest,
  ManifestNode,
  ManifestSource,
  ManifestUnitTest,
  NodeColumn,
  NodeConfig,
} from '../../src/runner/manifest.ts';

/** A node of a hand-made project: SQL with `ref('x')`, `source('a', 'b')`, `this` and `/*inc*\/ … /*end*\/`. */
export interface NodeSpec {
  readonly sql?: string;
  readonly type?: 'model' | 'seed' | 'test';
  readonly config?: Partial<NodeConfig>;
  readonly description?: string;
  readonly columns?: Readonly<Record<string, string>>;
  readonly about?: string;
  readonly file?: string;
  readonly rootPath?: string;
}

export interface ProjectSpec {
  readonly nodes: Readonly<Record<string, NodeSpec>>;
  readonly sources?: readonly Partial<ManifestSource>[];
  readonly unitTests?: Readonly<Record<string, Partial<ManifestUnitTest> & { readonly model: string }>>;
}

const CONFIG = {
  enabled: true,
  alias: null,
  schema: null,
  database: null,
  tags: [],
  meta: {},
  group: null,
  materialized: 'view',
  incremental_strategy: null,
  unique_key: null,
  on_schema_change: 'ignore',
  full_refresh: null,
  indexes: [],
  column_types: {},
  quote_columns: null,
  delimiter: ',',
  severity: 'ERROR',
  warn_if: '!= 0',
  error_if: '!= 0',
  where: null,
  limit: null,
  fail_calc: 'count(*)',
  store_failures: null,
  'pre-hook': [],
  'post-hook': [],
} satisfies NodeConfig;

const REFERENCE = /\bref\('(\w+)'\)|\bsource\('(\w+)', '(\w+)'\)/g;

export function idOf(name: string, type = 'model'): string {
  return `${type}.shop.${name}`;
}

export function buildColumn(name: string, description: string): NodeColumn {
  return {
    name,
    description,
    meta: {},
    data_type: null,
    constraints: [],
    quote: null,
    config: {},
    tags: [],
  };
}

function buildNode(spec: NodeSpec, name: string, resolve: (name: string) => string): ManifestNode {
  const type = spec.type ?? 'model';
  const sql = spec.sql ?? '';
  const parents = [...sql.matchAll(REFERENCE)].map((match) =>
    match[1] === undefined ? `source.shop.${match[2]}.${match[3]}` : resolve(match[1]),
  );
  const materialized = type === 'model' ? 'view' : type;
  const path = spec.file ?? (type === 'seed' ? `seeds/${name}.csv` : `${type}s/${name}.sql`);
  const columns = Object.entries(spec.columns ?? {}).map(([column, words]) => [
    column,
    buildColumn(column, words),
  ]);
  return {
    unique_id: idOf(name, type),
    resource_type: type,
    package_name: 'shop',
    name,
    alias: name,
    database: null,
    schema: 'main_shop',
    path,
    original_file_path: path,
    root_path: spec.rootPath ?? '/nowhere',
    fqn: ['shop', name],
    tags: [],
    description: spec.description ?? '',
    columns: Object.fromEntries(columns),
    config: { ...CONFIG, materialized, ...spec.config } as NodeConfig,
    checksum: { name: 'sha256', checksum: '' },
    depends_on: { macros: [], nodes: [...new Set(parents)] },
    refs: [],
    sources: [],
    raw_code: sql,
    language: 'sql',
    patch_path: null,
    relation_name: type === 'test' ? null : `"main_shop"."${name}"`,
    compiled: false,
    compiled_code: null,
    compiled_path: null,
    attached_node: spec.about === undefined ? null : resolve(spec.about),
  };
}

function buildUnit(
  name: string,
  spec: Partial<ManifestUnitTest> & { readonly model: string },
): ManifestUnitTest {
  return {
    unique_id: idOf(name, 'unit_test'),
    resource_type: 'unit_test',
    package_name: 'shop',
    name,
    description: '',
    given: [],
    expect: { format: 'dict', rows: [], fixture: null },
    overrides: null,
    path: 'models/unit.yml',
    original_file_path: 'models/unit.yml',
    fqn: [],
    depends_on: { macros: [], nodes: [idOf(spec.model)] },
    config: { tags: [], meta: {}, enabled: true },
    schema: 'main_shop',
    checksum: null,
    tested_node_unique_id: idOf(spec.model),
    ...spec,
  };
}

function buildManifest(spec: ProjectSpec): Manifest {
  const resolve = (name: string): string => idOf(name, spec.nodes[name]?.type ?? 'model');
  const nodes = Object.entries(spec.nodes).map(([name, node]) => buildNode(node, name, resolve));
  const units = Object.entries(spec.unitTests ?? {}).map(([name, unit]) => buildUnit(name, unit));
  const sources = (spec.sources ?? []) as ManifestSource[];
  const index = <T extends { readonly unique_id: string }>(list: readonly T[]) =>
    Object.fromEntries(list.map((item) => [item.unique_id, item]));
  const parents = Object.fromEntries(nodes.map((node) => [node.unique_id, node.depends_on.nodes]));
  const children: Record<string, string[]> = {};
  for (const node of nodes) {
    for (const parent of node.depends_on.nodes) {
      children[parent] = [...(children[parent] ?? []), node.unique_id];
    }
  }
  return {
    metadata: { dbt_version: '1.10.0', project_name: 'shop', invocation_id: 'test', env: {} },
    nodes: index(nodes),
    sources: index(sources),
    unit_tests: index(units),
    parent_map: parents,
    child_map: children,
    macros: {},
    docs: {},
    exposures: {},
    metrics: {},
    groups: {},
    selectors: {},
    disabled: {},
    group_map: {},
    saved_queries: {},
    semantic_models: {},
  };
}

/** A compiler that fills in references and nothing else, for tests of what happens after compiling. */
export function buildTestCompiler(spec: ProjectSpec): Compiler {
  const manifest = buildManifest(spec);
  const compile = (uniqueId: string, options: CompileOptions = {}): string => {
    const node = manifest.nodes[uniqueId] as ManifestNode;
    const inc = options.isIncremental === true ? '$1' : '';
    return node.raw_code
      .replace(/\/\*inc\*\/([\s\S]*?)\/\*end\*\//g, inc)
      .replace(REFERENCE, (...match: readonly string[]) => {
        const [, name, source, table] = match as readonly (string | undefined)[];
        const id =
          name === undefined
            ? `source.shop.${source}.${table}`
            : idOf(name, spec.nodes[name]?.type ?? 'model');
        const stand = options.relations?.get(id);
        if (stand !== undefined) return stand;
        const parent = manifest.nodes[id];
        if (parent?.config.materialized === 'ephemeral') return `(${compile(id)}) as ${name}`;
        return parent?.relation_name ?? manifest.sources[id]?.relation_name ?? `"nowhere"."${name}"`;
      })
      .replace(/\bthis\b/g, options.relations?.get('this') ?? node.relation_name ?? '');
  };
  const render = (sql: string, id: string) => sql.replaceAll('this', manifest.nodes[id]?.relation_name ?? '');
  return { manifest, compile, render };
}

/** Every node and test of a hand-made project, in the order in which it was written. */
export function listAll(compiler: Compiler): readonly string[] {
  return [...Object.keys(compiler.manifest.nodes), ...Object.keys(compiler.manifest.unit_tests)];
}
