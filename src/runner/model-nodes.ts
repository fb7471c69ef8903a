import { createHash } from 'node:crypto';
import { quoteRelation } from '../base/index.ts';
import { buildColumns, mergeLabels, mergeMeta } from './columns.ts';
import { listTreeLayers } from './config-tree.ts';
import { renderDescription } from './descriptions.ts';
import type { Draft, NodeTemplate } from './drafts.ts';
import { rewriteJinja } from './jinja-rewrite.ts';
import type { ManifestNode } from './manifest.ts';
import { buildNodeConfig, type ConfigLayer, type ConfiguredKind, isSwitchedOff } from './node-config.ts';
import { buildAliasName, buildSchemaName, placeSchema } from './node-names.ts';
import { nameParts, type ProjectFile } from './project-files.ts';
import type { Entry } from './properties.ts';
import type { ModelYaml, SingularTestYaml } from './properties-schema.ts';
import { readTemplate, type TemplateReading } from './render-node.ts';
import { lineOf, type SourceText } from './source-text.ts';
import type { World } from './world.ts';

/** The properties a node may have in a YAML file. */
export type Patch = Entry<ModelYaml> | Entry<SingularTestYaml>;

const TREE_KEYS = { model: 'models', seed: 'seeds', test: 'data_tests' } as const;
const NOTHING: TemplateReading = { refs: [], sources: [], config: {} };

/** The settings of `dbt_project.yml` for a node of a kind. */
export function listProjectLayers(world: World, kind: ConfiguredKind, fqn: readonly string[]): ConfigLayer[] {
  const { settings, yaml } = world.project;
  const layers = listTreeLayers(settings[TREE_KEYS[kind]], fqn, { yaml, key: TREE_KEYS[kind] });
  return kind === 'test'
    ? [...listTreeLayers(settings.tests, fqn, { yaml, key: 'tests' }), ...layers]
    : layers;
}

/** The settings of a properties file: `config`, and `tags` and `meta` wherever they stand. */
export function buildPatchLayer(patch: Patch): ConfigLayer {
  const { value, yaml, path } = patch;
  const tags = mergeLabels(value);
  const meta = mergeMeta(value);
  const values: Record<string, unknown> = { ...value.config };
  if (tags.length > 0) values['tags'] = tags;
  if (Object.keys(meta).length > 0) values['meta'] = meta;
  return { values, placeOf: (key) => ({ file: yaml.file, line: yaml.lineOf([...path, 'config', key]) }) };
}

/** The settings of `config(…)` in the file itself. */
export function buildInlineLayer(source: SourceText, values: Readonly<Record<string, unknown>>): ConfigLayer {
  return {
    values,
    placeOf: (key) => ({ file: source.file, line: lineOf(source, new RegExp(`\\b${key}\\b\\s*[=:'"]`)) }),
  };
}

export function digest(text: string): { name: string; checksum: string } {
  return { name: 'sha256', checksum: createHash('sha256').update(text).digest('hex') };
}

const MODEL_PATTERN = /\bmodel\s*[.[)]|\bnode\b/;
const SELF_PATTERN = /\bthis\b|\bthis_parts\b/;

/** A template of some text, the import of the macros it uses in front. */
export function buildImportingTemplate(
  world: World,
  source: SourceText,
  given: { readonly text: string; readonly testCall: NodeTemplate['testCall'] },
): NodeTemplate {
  return {
    source,
    text: world.macros.buildImport(given.text) + given.text,
    testCall: given.testCall,
    macros: world.macros.listUsed(given.text),
    needs: {
      // A test's parameter is called model as well, and is handed over by itself.
      model: given.testCall === null && world.macros.mentions(given.text, MODEL_PATTERN),
      self: world.macros.mentions(given.text, SELF_PATTERN),
    },
  };
}

/** The template of a text as written in a file. */
export function buildTemplate(world: World, source: SourceText): NodeTemplate {
  return buildImportingTemplate(world, source, {
    text: rewriteJinja(source, world.macros.rules),
    testCall: null,
  });
}

function buildSkeleton(
  world: World,
  file: ProjectFile,
  patch: Patch | null,
): Omit<ManifestNode, 'config' | 'resource_type' | 'unique_id'> {
  const parts = nameParts(file.innerPath);
  const name = parts.at(-1) ?? '';
  const columns = patch !== null && 'columns' in patch.value ? patch.value.columns : null;
  const describe = (text: string | null | undefined): string =>
    renderDescription(world, text, {
      file: patch?.yaml.file ?? file.file,
      line: patch?.yaml.lineOf(patch.path) ?? 1,
    });
  return {
    package_name: world.project.name,
    name,
    alias: name,
    database: world.options.target.database,
    schema: world.options.target.schema,
    path: file.innerPath,
    original_file_path: file.originalPath,
    root_path: file.root,
    fqn: [world.project.name, ...parts],
    tags: [],
    description: describe(patch?.value.description),
    columns: buildColumns(columns, describe),
    checksum: digest(file.text),
    depends_on: { macros: [], nodes: [] },
    refs: [],
    sources: [],
    raw_code: file.file.endsWith('.csv') ? '' : file.text.trimEnd(),
    language: 'sql',
    patch_path: patch === null ? null : `${world.project.name}://${patch.file.originalPath}`,
    relation_name: null,
    compiled: false,
    compiled_code: null,
    compiled_path: null,
  };
}

/** A node's names in the database follow from its configuration. */
function placeNode(world: World, node: ManifestNode): ManifestNode {
  const hasRelation = node.resource_type !== 'test' && node.config.materialized !== 'ephemeral';
  const schema =
    node.resource_type === 'test'
      ? `${world.options.target.schema}_dbt_test__audit`
      : placeSchema(world, buildSchemaName(world, node));
  const alias = node.resource_type === 'test' ? node.name : buildAliasName(world, node);
  return {
    ...node,
    schema,
    alias,
    tags: node.config.tags,
    relation_name: hasRelation ? quoteRelation(schema, alias) : null,
  };
}

/** The unique ids of macros. */
export function listMacroIds(world: World, names: readonly string[]): string[] {
  return names.map((name) => {
    const isOwn = world.macros.macros.get(name)?.file !== null;
    return `macro.${isOwn ? world.project.name : 'dbt'}.${name}`;
  });
}

/** Reads a model, seed or singular test: its configuration, and what it refers to. */
export function readNode(
  world: World,
  kind: 'model' | 'seed' | 'test',
  given: { readonly file: ProjectFile; readonly patch: Patch | null },
): Draft {
  const { file, patch } = given;
  const skeleton = buildSkeleton(world, file, patch);
  const outer = listProjectLayers(world, kind, skeleton.fqn);
  if (patch !== null) outer.push(buildPatchLayer(patch));
  const unique_id = `${kind}.${world.project.name}.${skeleton.name}`;
  const before: ManifestNode = {
    ...skeleton,
    unique_id,
    resource_type: kind,
    config: buildNodeConfig(kind, outer),
  };
  if (kind === 'seed') return { node: placeNode(world, before), template: null, refs: [], sources: [] };
  const source: SourceText = { file: file.file, text: file.text, firstLine: 1 };
  const isOff = isSwitchedOff(outer);
  const template = isOff ? null : buildTemplate(world, source);
  const reading = template === null ? NOTHING : readTemplate(world, { node: before, template });
  const config = buildNodeConfig(kind, [...outer, buildInlineLayer(source, reading.config)]);
  const node = placeNode(world, {
    ...before,
    config,
    depends_on: { macros: template === null ? [] : listMacroIds(world, template.macros), nodes: [] },
  });
  return { node, template, refs: reading.refs, sources: reading.sources };
}
