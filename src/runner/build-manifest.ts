import { createHash } from 'node:crypto';
import { utcTime } from '../base/index.ts';
import type { Draft } from './drafts.ts';
import { readExposures } from './exposure-nodes.ts';
import { assertNoCycle, buildChildMap, type ParentMap } from './graph.ts';
import type {
  Manifest,
  ManifestExposure,
  ManifestMacro,
  ManifestNode,
  ManifestUnitTest,
} from './manifest.ts';
import { buildNodeIndex, type NodeIndex } from './node-index.ts';
import { readNodes } from './read-nodes.ts';
import { readSources, type SourceDraft } from './source-nodes.ts';
import type { SourceText } from './source-text.ts';
import { readUnitTests } from './unit-test-nodes.ts';
import type { World } from './world.ts';

/** The manifest, and what compiling its nodes takes. */
export interface ReadManifest {
  readonly manifest: Manifest;
  readonly drafts: ReadonlyMap<string, Draft>;
  readonly index: NodeIndex;
}

const EMPTY_SOURCE: SourceText = { file: '', text: '', firstLine: 1 };

/** How a node is stored: as it says, but for a view of what changes beside it. */
function buildStorage({ options }: World, { node, sources }: Draft): Pick<ManifestNode, 'config'> {
  const isStored =
    options.storesSourceViews === true &&
    node.resource_type === 'model' &&
    node.config.materialized === 'view';
  if (!isStored || sources.length === 0) return { config: node.config };
  return { config: { ...node.config, materialized: 'table' } };
}

function resolveDraft(world: World, draft: Draft, index: NodeIndex): Draft {
  const from = draft.template?.source ?? EMPTY_SOURCE;
  const parents = [
    ...draft.refs.map((written) => index.ref(written, from)),
    ...draft.sources.map(([sourceName, tableName]) => index.source(sourceName, tableName, from)),
  ];
  const { node } = draft;
  return {
    ...draft,
    node: {
      ...node,
      ...buildStorage(world, draft),
      depends_on: { macros: node.depends_on.macros, nodes: [...new Set(parents)] },
      refs: draft.refs.map((written) => ({ ...written, version: null })),
      sources: draft.sources,
    },
  };
}

function buildMacros(world: World): Record<string, ManifestMacro> {
  const createdAt = world.options.clock.now() / 1000;
  const entries = new Map(world.properties.macros.map((entry) => [entry.value.name, entry]));
  const macros: Record<string, ManifestMacro> = {};
  for (const macro of world.macros.macros.values()) {
    const packageName = macro.file === null ? 'dbt' : world.project.name;
    const entry = entries.get(macro.name);
    const unique_id = `macro.${packageName}.${macro.name}`;
    macros[unique_id] = {
      unique_id,
      resource_type: 'macro',
      package_name: packageName,
      name: macro.name,
      path: macro.file?.originalPath ?? '',
      original_file_path: macro.file?.originalPath ?? '',
      macro_sql: macro.source.text,
      depends_on: { macros: [] },
      description: entry?.value.description ?? '',
      meta: entry?.value.meta ?? {},
      docs: { show: true, node_color: null },
      patch_path: entry === undefined ? null : `${packageName}://${entry.file.originalPath}`,
      arguments: entry?.value.arguments ?? [],
      created_at: createdAt,
      supported_languages: null,
      root_path: macro.file?.root ?? '',
      first_line: macro.source.firstLine,
    };
  }
  return macros;
}

function buildMetadata(world: World): Record<string, unknown> {
  const { options, project } = world;
  return {
    dbt_schema_version: 'https://schemas.getdbt.com/dbt/manifest/v12.json',
    dbt_version: '1.10.0',
    generated_at: utcTime(options.clock),
    invocation_id: options.invocationId,
    invocation_started_at: utcTime(options.clock),
    env: {},
    project_name: project.name,
    project_id: createHash('md5').update(project.name).digest('hex'),
    user_id: null,
    send_anonymous_usage_stats: false,
    adapter_type: options.target.type,
    quoting: { database: true, schema: true, identifier: true, column: null },
  };
}

function buildParentMap(parts: {
  readonly nodes: readonly ManifestNode[];
  readonly sources: readonly SourceDraft[];
  readonly exposures: Readonly<Record<string, ManifestExposure>>;
  readonly unitTests: Readonly<Record<string, ManifestUnitTest>>;
}): ParentMap {
  const parents: Record<string, readonly string[]> = {};
  for (const { source } of parts.sources) parents[source.unique_id] = [];
  for (const item of [...parts.nodes, ...Object.values(parts.exposures), ...Object.values(parts.unitTests)]) {
    parents[item.unique_id] = [...item.depends_on.nodes];
  }
  return parents;
}

function byId<T extends { readonly unique_id: string }>(items: readonly T[]): Record<string, T> {
  return Object.fromEntries(items.map((item) => [item.unique_id, item]));
}

function buildDocs(world: World): Record<string, unknown> {
  const packageName = world.project.name;
  return Object.fromEntries(
    [...world.docs].map(([name, text]) => {
      const unique_id = `doc.${packageName}.${name}`;
      return [
        unique_id,
        { unique_id, resource_type: 'doc', package_name: packageName, name, block_contents: text },
      ];
    }),
  );
}

/** Reads a whole project into its manifest. Throws what is wrong with it, with file and line. */
export function readManifest(world: World): ReadManifest {
  const sources = readSources(world);
  const read = readNodes(world, sources);
  const enabledSources = sources.filter((draft) => draft.source.config.enabled);
  const index = buildNodeIndex({
    projectName: world.project.name,
    nodes: read.map((draft) => draft.node),
    sources: sources.map((draft) => draft.source),
  });
  const disabled = read.filter((draft) => !draft.node.config.enabled).map((draft) => draft.node);
  const drafts = read
    .filter((draft) => draft.node.config.enabled)
    .map((draft) => resolveDraft(world, draft, index));
  const nodes = drafts.map((draft) => draft.node);
  const exposures = readExposures(world, index);
  const unitTests = readUnitTests(world, { index, nodes: [...nodes, ...disabled] });
  const parentMap = buildParentMap({ nodes, sources: enabledSources, exposures, unitTests });
  assertNoCycle(parentMap, (id) => id.split('.').slice(2).join('.'));
  const manifest: Manifest = {
    metadata: buildMetadata(world),
    nodes: byId(nodes),
    sources: byId(enabledSources.map((draft) => draft.source)),
    macros: buildMacros(world),
    docs: buildDocs(world),
    exposures,
    metrics: {},
    groups: {},
    selectors: {},
    disabled: Object.fromEntries(disabled.map((node) => [node.unique_id, [node]])),
    parent_map: parentMap,
    child_map: buildChildMap(parentMap),
    group_map: {},
    saved_queries: {},
    semantic_models: {},
    unit_tests: unitTests,
  };
  return { manifest, drafts: new Map(drafts.map((draft) => [draft.node.unique_id, draft])), index };
}
