import type { ManifestNode, ManifestSource } from './manifest.ts';
import { listProvenKeys } from './node-keys.ts';

/**
 * Fields of dbt's manifest version 12 that say nothing about a project within this runner's edges: written so that
 * tools which read manifests find every field of a node where they expect it.
 */
const COMMON = {
  build_path: null,
  unrendered_config: {},
  created_at: 0,
  doc_blocks: [],
  docs: { show: true, node_color: null },
  extra_ctes: [],
  extra_ctes_injected: true,
  contract: { enforced: false, alias_types: true, checksum: null },
  metrics: [],
} as const;

const MODEL = {
  access: 'protected',
  constraints: [],
  version: null,
  latest_version: null,
  deprecation_date: null,
  time_spine: null,
} as const;

const SOURCE = {
  quoting: { database: null, schema: null, identifier: null, column: null },
  loader: '',
  external: null,
  patch_path: null,
  unrendered_config: {},
  unrendered_database: null,
  unrendered_schema: null,
  source_meta: {},
  created_at: 0,
  doc_blocks: [],
} as const;

/** dbt's reading of a primary key: every column that is one by itself, else those of a combination. */
function listPrimaryKey(tests: readonly ManifestNode[]): readonly string[] {
  const keys = listProvenKeys(tests);
  const single = keys.filter((key) => key.length === 1).flat();
  return single.length > 0 ? single : (keys[0] ?? []);
}

/**
 * A node with every field of the schema, in dbt's words.
 *
 * @param tests those written under the node
 */
export function buildNodeFields(
  node: ManifestNode,
  tests: readonly ManifestNode[],
): Readonly<Record<string, unknown>> {
  const own = { meta: node.config.meta, group: node.config.group };
  if (node.resource_type !== 'model') return { ...COMMON, ...own };
  return { ...COMMON, ...MODEL, ...own, primary_key: listPrimaryKey(tests) };
}

/** A source's fields beside those the runner works with. */
export function buildSourceFields(source: ManifestSource): Readonly<Record<string, unknown>> {
  return { ...SOURCE, loader: String(source.config['loader'] ?? '') };
}
