import { mergeLabels } from './columns.ts';
import type { Draft, NodeTemplate } from './drafts.ts';
import type { ManifestNode } from './manifest.ts';
import {
  buildImportingTemplate,
  buildInlineLayer,
  digest,
  listMacroIds,
  listProjectLayers,
} from './model-nodes.ts';
import { nearestName } from './nearest-name.ts';
import { buildNodeConfig, type ConfigLayer, isSwitchedOff } from './node-config.ts';
import { nameParts, type ProjectFile } from './project-files.ts';
import type { ColumnYaml } from './properties-schema.ts';
import { readTemplate } from './render-node.ts';
import { invalid, type SourceText, unsupported } from './source-text.ts';
import { buildEnvVarFunction, buildVarFunction, listProjectVariables } from './template-context.ts';
import { isRecord } from './template-values.ts';
import { buildTestHash, buildTestNames } from './test-names.ts';
import type { World } from './world.ts';
import type { YamlFile, YamlPath } from './yaml-file.ts';
import { renderYaml } from './yaml-jinja.ts';

/** A model, seed or source table with the tests written under it. */
export interface TestSubject {
  /** The name in the test's name: `orders`, or `raw_orders` for a table of the source `raw`. */
  readonly name: string;
  readonly isSource: boolean;
  /** `ref('orders')` or `source('raw', 'orders')`. */
  readonly expression: string;
  readonly uniqueId: string;
  readonly file: ProjectFile;
  readonly yaml: YamlFile;
  readonly path: YamlPath;
  readonly tests: readonly unknown[] | null | undefined;
  readonly legacyTests: readonly unknown[] | null | undefined;
  readonly columns: readonly ColumnYaml[] | null | undefined;
}

interface WrittenTest {
  readonly name: string;
  readonly body: Readonly<Record<string, unknown>>;
  readonly column: ColumnYaml | null;
  readonly path: YamlPath;
}

/** Settings that older projects write beside the arguments. */
const FLAT_SETTINGS = [
  'severity',
  'warn_if',
  'error_if',
  'where',
  'limit',
  'fail_calc',
  'store_failures',
  'enabled',
  'tags',
  'meta',
];
const RESERVED = new Set([
  ...FLAT_SETTINGS,
  'name',
  'description',
  'config',
  'arguments',
  'test_name',
  'column_name',
]);

function parseWrittenTest(
  item: unknown,
  place: { file: string; line: number },
): { name: string; body: Record<string, unknown> } {
  if (typeof item === 'string') return { name: item, body: {} };
  if (!isRecord(item)) throw invalid(place, 'a data test is a name, or a name with its arguments');
  if (typeof item['test_name'] === 'string') return { name: item['test_name'], body: item };
  const entries = Object.entries(item);
  const [first] = entries;
  if (first === undefined || entries.length > 1) {
    throw invalid(
      place,
      `a data test has one name; found ${entries.map(([key]) => key).join(', ') || 'none'} (are its arguments indented?)`,
    );
  }
  const [name, body] = first;
  if (body !== null && !isRecord(body)) throw invalid(place, `the data test ${name} takes arguments by name`);
  return { name, body: body ?? {} };
}

function listWrittenTests(subject: TestSubject): WrittenTest[] {
  const listOf = (
    list: readonly unknown[] | null | undefined,
    at: { readonly path: YamlPath; readonly column: ColumnYaml | null },
  ): WrittenTest[] =>
    (list ?? []).map((item, index) => {
      const path = [...at.path, index];
      const place = { file: subject.yaml.file, line: subject.yaml.lineOf(path) };
      return { ...parseWrittenTest(item, place), column: at.column, path };
    });
  const own = [
    ...listOf(subject.tests, { path: [...subject.path, 'data_tests'], column: null }),
    ...listOf(subject.legacyTests, { path: [...subject.path, 'tests'], column: null }),
  ];
  const columns = (subject.columns ?? []).flatMap((column, index) => {
    const path = [...subject.path, 'columns', index];
    return [
      ...listOf(column.data_tests, { path: [...path, 'data_tests'], column }),
      ...listOf(column.tests, { path: [...path, 'tests'], column }),
    ];
  });
  return [...own, ...columns];
}

function buildArguments(
  written: WrittenTest,
  place: { file: string; line: number },
): Record<string, unknown> {
  const nested = written.body['arguments'];
  if (nested !== undefined && nested !== null && !isRecord(nested))
    throw invalid(place, 'arguments: is a list of names and values');
  const flat = Object.entries(written.body).filter(([key]) => !RESERVED.has(key));
  const { column } = written;
  const name =
    column === null ? written.body['column_name'] : column.quote === true ? `"${column.name}"` : column.name;
  return {
    ...Object.fromEntries(flat),
    ...(isRecord(nested) ? nested : {}),
    ...(name === undefined || name === null ? {} : { column_name: name }),
  };
}

function assertArguments(
  world: World,
  written: WrittenTest,
  check: { given: Readonly<Record<string, unknown>>; place: { file: string; line: number } },
): void {
  const macro = world.macros.macros.get(`test_${written.name}`);
  if (macro === undefined) {
    const known = [...world.macros.macros.values()]
      .filter((item) => item.kind === 'test')
      .map((item) => item.name.slice(5));
    const near = nearestName(written.name, known);
    const hint = near === null ? 'packages are left out' : `did you mean ${near}?`;
    throw unsupported(check.place, `the data test ${written.name}`, `${known.sort().join(', ')} (${hint})`);
  }
  const unknown = Object.keys(check.given).find((key) => !macro.parameters.includes(key));
  if (unknown !== undefined) {
    const takes = macro.parameters.filter((name) => name !== 'model').join(', ');
    throw invalid(
      check.place,
      `the data test ${written.name} has no argument ${unknown} (it takes ${takes})`,
    );
  }
}

/** Jinja in a test's settings is rendered like that of any YAML; `where` waits for the SQL. */
function renderSettings(
  world: World,
  values: Record<string, unknown>,
  yaml: YamlFile,
): Record<string, unknown> {
  const { where, ...rest } = values;
  const rendered = renderYaml(rest, yaml, {
    engine: world.engine,
    context: {},
    functions: {
      var: buildVarFunction([world.options.vars, ...listProjectVariables(world.project)]),
      env_var: buildEnvVarFunction(world.options),
    },
  });
  return { ...(rendered as Record<string, unknown>), ...(where === undefined ? {} : { where }) };
}

function buildTestLayer(world: World, subject: TestSubject, written: WrittenTest): ConfigLayer {
  const flat = Object.fromEntries(
    FLAT_SETTINGS.filter((key) => written.body[key] !== undefined).map((key) => [key, written.body[key]]),
  );
  const nested = isRecord(written.body['config']) ? written.body['config'] : {};
  const columnTags = written.column === null ? [] : mergeLabels(written.column);
  const tags = [
    ...columnTags,
    ...mergeLabels({ tags: flat['tags'] as string[] | undefined, config: nested }),
  ];
  const values = renderSettings(world, { ...flat, ...nested }, subject.yaml);
  if (tags.length > 0) values['tags'] = tags;
  return { values, placeOf: () => ({ file: subject.yaml.file, line: subject.yaml.lineOf(written.path) }) };
}

function buildTestNode(world: World, subject: TestSubject, written: WrittenTest): Draft {
  const place = { file: subject.yaml.file, line: subject.yaml.lineOf(written.path) };
  const given = buildArguments(written, place);
  assertArguments(world, written, { given, place });
  const prefix = subject.isSource ? 'source_' : '';
  const names = buildTestNames({ name: `${prefix}${written.name}`, subject: subject.name }, given);
  const custom = typeof written.body['name'] === 'string' ? written.body['name'] : null;
  const name = custom ?? names.full;
  const alias = custom ?? names.short;
  const kwargs = { ...given, model: `{{ get_where_subquery(${subject.expression}) }}` };
  const metadata = { name: written.name, kwargs, namespace: null };
  const folders = nameParts(subject.file.innerPath).slice(0, -1);
  const fqn = [world.project.name, ...folders, name];
  const nested = isRecord(written.body['config']) ? written.body['config'] : {};
  const description = written.body['description'] ?? nested['description'];
  const macro = `test_${written.name}`;
  const rawCode = `{{ ${macro}(**_dbt_generic_test_kwargs) }}`;
  const layers = [...listProjectLayers(world, 'test', fqn), buildTestLayer(world, subject, written)];
  const node: ManifestNode = {
    unique_id: `test.${world.project.name}.${name}.${buildTestHash(name, metadata)}`,
    resource_type: 'test',
    package_name: world.project.name,
    name,
    alias,
    database: world.options.target.database,
    schema: `${world.options.target.schema}_dbt_test__audit`,
    path: `${alias}.sql`,
    original_file_path: subject.file.originalPath,
    root_path: subject.file.root,
    fqn,
    tags: [],
    description: typeof description === 'string' ? description : '',
    columns: {},
    config: buildNodeConfig('test', layers),
    checksum: digest(rawCode),
    depends_on: { macros: [], nodes: [] },
    refs: [],
    sources: [],
    raw_code: rawCode,
    language: 'sql',
    patch_path: null,
    relation_name: null,
    compiled: false,
    compiled_code: null,
    compiled_path: null,
    test_metadata: metadata,
    column_name: written.column?.name ?? null,
    attached_node: subject.uniqueId,
  };
  return readTestDraft(world, node, {
    layers,
    template: buildCallTemplate(world, subject, { written, given, macro }),
  });
}

/** The call of the test's macro; its arguments are put into the context when it is rendered. */
function buildCallTemplate(
  world: World,
  subject: TestSubject,
  call: {
    readonly written: WrittenTest;
    readonly given: Readonly<Record<string, unknown>>;
    readonly macro: string;
  },
): NodeTemplate {
  const line = subject.yaml.lineOf(call.written.path);
  const source: SourceText = { file: subject.yaml.file, text: '', firstLine: line };
  const passed = ['model', ...Object.keys(call.given)].map((key) => `${key}=test_arguments.${key}`);
  const body = `{{ macro_value(${call.macro}(${passed.join(', ')})) }}`;
  return buildImportingTemplate(world, source, {
    text: body,
    testCall: { macro: call.macro, arguments: call.given, model: subject.expression },
  });
}

function readTestDraft(
  world: World,
  node: ManifestNode,
  given: { readonly layers: readonly ConfigLayer[]; readonly template: NodeTemplate },
): Draft {
  const { layers, template } = given;
  if (isSwitchedOff(layers))
    return { node: { ...node, tags: node.config.tags }, template: null, refs: [], sources: [] };
  const reading = readTemplate(world, { node, template });
  const split = layers.length - 1;
  const inline = buildInlineLayer(template.source, reading.config);
  const config = buildNodeConfig('test', [...layers.slice(0, split), inline, ...layers.slice(split)]);
  const macros = listMacroIds(world, template.macros);
  return {
    node: { ...node, config, tags: config.tags, depends_on: { macros, nodes: [] } },
    template,
    refs: reading.refs,
    sources: reading.sources,
  };
}

/** The data tests written under a model, seed or source table, in the order in which they are written. */
export function readGenericTests(world: World, subject: TestSubject): Draft[] {
  return listWrittenTests(subject).map((written) => buildTestNode(world, subject, written));
}
