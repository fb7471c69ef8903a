import path from 'node:path';
import { TenureError } from '../base/index.ts';
import { mergeLabels, mergeMeta } from './columns.ts';
import { renderDescription } from './descriptions.ts';
import type { ManifestNode, ManifestUnitTest, UnitTestRows } from './manifest.ts';
import type { NodeIndex } from './node-index.ts';
import { nameParts } from './project-files.ts';
import type { Entry } from './properties.ts';
import type { UnitTestYaml } from './properties-schema.ts';
import { invalid, unsupported } from './source-text.ts';
import { isRecord } from './template-values.ts';
import type { World } from './world.ts';
import { parseWrittenReference } from './written-reference.ts';
import type { YamlPath } from './yaml-file.ts';

type RowsYaml = UnitTestYaml['expect'];

function placeOf(entry: Entry<UnitTestYaml>, steps: YamlPath): { file: string; line: number } {
  return { file: entry.yaml.file, line: entry.yaml.lineOf([...entry.path, ...steps]) };
}

/** The text of a fixture: `orders` is `tests/fixtures/orders.csv`. */
function readFixture(
  world: World,
  name: string,
  at: { format: 'csv' | 'sql'; place: { file: string; line: number } },
): string {
  const wanted = `${name.replace(/\.(csv|sql)$/, '')}.${at.format}`;
  const found = world.project.files.fixtures.find((file) => path.posix.basename(file.innerPath) === wanted);
  if (found === undefined) throw invalid(at.place, `there is no fixture ${wanted} below tests/fixtures`);
  return found.text;
}

function buildRows(world: World, rows: RowsYaml, place: { file: string; line: number }): UnitTestRows {
  const format = rows.format ?? 'dict';
  if (rows.fixture !== null && rows.fixture !== undefined) {
    if (format === 'dict') throw invalid(place, 'a fixture needs format: csv or format: sql');
    if (rows.rows) throw invalid(place, 'give either rows or a fixture, not both');
    return { format, rows: readFixture(world, rows.fixture, { format, place }), fixture: rows.fixture };
  }
  const value = rows.rows ?? null;
  if (format === 'dict' && typeof value === 'string')
    throw invalid(place, 'rows given as text need format: csv or format: sql');
  if (format !== 'dict' && value !== null && typeof value !== 'string')
    throw invalid(place, `format ${format} takes its rows as text`);
  // No rows at all is not the same as none: of a seed it means its own.
  return { format, rows: value, fixture: null };
}

/** Checks that an input is one of the model's own; returns its unique id. */
function checkInput(
  entry: Entry<UnitTestYaml>,
  index: number,
  known: { index: NodeIndex; model: ManifestNode },
): string {
  const input = entry.value.given?.[index]?.input ?? '';
  const place = placeOf(entry, ['given', index, 'input']);
  const written = parseWrittenReference(input);
  if (written === null)
    throw invalid(place, `input ${input} must be ref('model'), source('source', 'table') or this`);
  if (written.kind === 'this') return known.model.unique_id;
  const from = { file: entry.yaml.file, text: entry.yaml.text, firstLine: 1 };
  const id =
    written.kind === 'ref'
      ? known.index.ref(written.ref, from)
      : known.index.source(written.sourceName, written.tableName, from);
  if (!known.model.depends_on.nodes.includes(id))
    throw invalid(place, `${known.model.name} does not read ${input}`);
  return id;
}

/** A stand-in must have something to stand in for: a macro of the project, or `is_incremental`. */
function assertOverridable(world: World, entry: Entry<UnitTestYaml>, written: string): void {
  const name = written.replace(`${world.project.name}.`, '');
  if (name === 'is_incremental' || world.macros.macros.has(name)) return;
  const place = placeOf(entry, ['overrides', 'macros', written]);
  throw unsupported(place, `overriding the macro ${written}`, 'is_incremental and the macros of the project');
}

function buildOverrides(world: World, entry: Entry<UnitTestYaml>): ManifestUnitTest['overrides'] {
  const { overrides } = entry.value;
  if (overrides === null || overrides === undefined) return null;
  for (const name of Object.keys(overrides.macros ?? {})) assertOverridable(world, entry, name);
  const environment = Object.entries(overrides.env_vars ?? {}).map(([key, value]) => [key, String(value)]);
  return {
    macros: overrides.macros ?? {},
    vars: overrides.vars ?? {},
    env_vars: Object.fromEntries(environment),
  };
}

function buildUnitTest(
  world: World,
  entry: Entry<UnitTestYaml>,
  known: { readonly index: NodeIndex; readonly model: ManifestNode },
): ManifestUnitTest {
  const { value, file } = entry;
  const { model } = known;
  const given = (value.given ?? []).map((item, index) => {
    checkInput(entry, index, known);
    return { input: item.input, ...buildRows(world, item, placeOf(entry, ['given', index])) };
  });
  const folders = nameParts(file.innerPath).slice(0, -1);
  return {
    unique_id: `unit_test.${world.project.name}.${value.model}.${value.name}`,
    resource_type: 'unit_test',
    package_name: world.project.name,
    name: value.name,
    model: value.model,
    description: renderDescription(world, value.description, placeOf(entry, ['description'])),
    given,
    expect: buildRows(world, value.expect, placeOf(entry, ['expect'])),
    overrides: buildOverrides(world, entry),
    path: file.innerPath,
    original_file_path: file.originalPath,
    fqn: [world.project.name, ...folders, value.model, value.name],
    depends_on: { macros: [], nodes: [model.unique_id] },
    config: {
      tags: mergeLabels(value),
      meta: mergeMeta(value),
      enabled: !(isRecord(value.config) && value.config['enabled'] === false),
    },
    schema: model.schema,
    checksum: null,
    tested_node_unique_id: model.unique_id,
  };
}

/** The enabled unit tests by unique id. A test of a disabled model is disabled with it. */
export function readUnitTests(
  world: World,
  known: { readonly index: NodeIndex; readonly nodes: readonly ManifestNode[] },
): Record<string, ManifestUnitTest> {
  const models = new Map(
    known.nodes.filter((node) => node.resource_type === 'model').map((node) => [node.name, node]),
  );
  const places = new Map<string, string>();
  const found: Record<string, ManifestUnitTest> = {};
  for (const entry of world.properties.unitTests) {
    const model = models.get(entry.value.model);
    if (model !== undefined && !model.config.enabled) continue;
    const from = { file: entry.yaml.file, text: '', firstLine: placeOf(entry, ['model']).line };
    if (model === undefined) {
      known.index.ref({ name: entry.value.model, package: null }, from);
      throw invalid(
        placeOf(entry, ['model']),
        `${entry.value.model} is not a model: unit tests are for models`,
      );
    }
    const test = buildUnitTest(world, entry, { index: known.index, model });
    const place = placeOf(entry, []);
    const first = places.get(test.unique_id);
    if (first !== undefined) {
      throw new TenureError('PROJECT_DUPLICATE', {
        name: `The unit test ${test.name}`,
        first,
        second: `${place.file}:${place.line}`,
      });
    }
    places.set(test.unique_id, `${place.file}:${place.line}`);
    if (test.config.enabled) found[test.unique_id] = test;
  }
  return found;
}
