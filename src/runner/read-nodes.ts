import { TenureError } from '../base/index.ts';
import type { Draft } from './drafts.ts';
import { readGenericTests, type TestSubject } from './generic-tests.ts';
import { type Patch, readNode } from './model-nodes.ts';
import { nameParts, type ProjectFile } from './project-files.ts';
import type { Entry } from './properties.ts';
import type { ModelYaml } from './properties-schema.ts';
import type { SourceDraft } from './source-nodes.ts';
import type { World } from './world.ts';

type Kind = 'model' | 'seed' | 'test';

/** The properties of each name. Throws `PROJECT_DUPLICATE` for a name described twice. */
function indexPatches<T extends Patch>(kind: string, entries: readonly T[]): Map<string, T> {
  const patches = new Map<string, T>();
  for (const entry of entries) {
    const known = patches.get(entry.value.name);
    if (known !== undefined) {
      throw new TenureError('PROJECT_DUPLICATE', {
        name: `The description of the ${kind} ${entry.value.name}`,
        first: `${known.yaml.file}:${known.yaml.lineOf(known.path)}`,
        second: `${entry.yaml.file}:${entry.yaml.lineOf(entry.path)}`,
      });
    }
    patches.set(entry.value.name, entry);
  }
  return patches;
}

function readKind<T extends Patch>(
  world: World,
  kind: Kind,
  given: { readonly files: readonly ProjectFile[]; readonly patches: Map<string, T> },
): Draft[] {
  const unused = new Set(given.patches.keys());
  const drafts = given.files.map((file) => {
    const name = nameParts(file.innerPath).at(-1) ?? '';
    unused.delete(name);
    return readNode(world, kind, { file, patch: given.patches.get(name) ?? null });
  });
  for (const name of unused) {
    const entry = given.patches.get(name);
    if (entry === undefined) continue;
    const place = `${entry.yaml.file}:${entry.yaml.lineOf(entry.path)}`;
    world.options.onMessage?.({
      level: 'warn',
      text: `${place}: there is no ${kind} ${name}; what is written here has no effect`,
    });
  }
  return drafts;
}

function fileOf(draft: Draft): string {
  return `${draft.node.root_path}/${draft.node.original_file_path}`;
}

/** A model and a seed may not share a name, nor two relations a place in the database. */
function assertDistinct(drafts: readonly Draft[]): void {
  const names = new Map<string, Draft>();
  for (const draft of drafts) {
    const { node } = draft;
    const isNamed = node.resource_type !== 'test';
    const keys = [isNamed ? `name ${node.name}` : node.unique_id];
    if (node.relation_name !== null && node.config.enabled)
      keys.push(`relation ${node.relation_name.toLowerCase()}`);
    for (const key of keys) {
      const known = names.get(key);
      if (known !== undefined) {
        const what = key.startsWith('relation')
          ? `The relation ${node.relation_name}`
          : `The ${node.resource_type} ${node.name}`;
        throw new TenureError('PROJECT_DUPLICATE', {
          name: what,
          first: fileOf(known),
          second: fileOf(draft),
        });
      }
      names.set(key, draft);
    }
  }
}

function subjectOf(world: World, kind: 'model' | 'seed', entry: Entry<ModelYaml>): TestSubject {
  return {
    name: entry.value.name,
    isSource: false,
    expression: `ref('${entry.value.name}')`,
    uniqueId: `${kind}.${world.project.name}.${entry.value.name}`,
    file: entry.file,
    yaml: entry.yaml,
    path: entry.path,
    tests: entry.value.data_tests,
    legacyTests: entry.value.tests,
    columns: entry.value.columns,
  };
}

function sourceSubject(draft: SourceDraft): TestSubject {
  const { source, table, entry, tableIndex } = draft;
  return {
    name: `${source.source_name}_${source.name}`,
    isSource: true,
    expression: `source('${source.source_name}', '${source.name}')`,
    uniqueId: source.unique_id,
    file: entry.file,
    yaml: entry.yaml,
    path: [...entry.path, 'tables', tableIndex],
    tests: table.data_tests,
    legacyTests: table.tests,
    columns: table.columns,
  };
}

/** Reads every model, seed and data test. The tests of disabled nodes are left out with them. */
export function readNodes(world: World, sources: readonly SourceDraft[]): Draft[] {
  const { files } = world.project;
  const { models, seeds, singularTests } = world.properties;
  const relations = [
    ...readKind(world, 'seed', { files: files.seeds, patches: indexPatches('seed', seeds) }),
    ...readKind(world, 'model', { files: files.models, patches: indexPatches('model', models) }),
  ];
  assertDistinct(relations);
  const singular = readKind(world, 'test', {
    files: files.singularTests,
    patches: indexPatches('test', singularTests),
  });
  const enabled = new Set(
    relations.filter((draft) => draft.node.config.enabled).map((draft) => draft.node.unique_id),
  );
  const subjects = [
    ...seeds.map((entry) => subjectOf(world, 'seed', entry)),
    ...models.map((entry) => subjectOf(world, 'model', entry)),
  ].filter((subject) => enabled.has(subject.uniqueId));
  const tables = sources.filter((draft) => draft.source.config.enabled).map(sourceSubject);
  const generic = [...subjects, ...tables].flatMap((subject) => readGenericTests(world, subject));
  assertDistinctTests([...singular, ...generic]);
  return [...relations, ...singular, ...generic];
}

function assertDistinctTests(drafts: readonly Draft[]): void {
  const known = new Map<string, Draft>();
  for (const draft of drafts) {
    const first = known.get(draft.node.unique_id);
    if (first !== undefined) {
      throw new TenureError('PROJECT_DUPLICATE', {
        name: `The data test ${draft.node.name}`,
        first: fileOf(first),
        second: fileOf(draft),
      });
    }
    known.set(draft.node.unique_id, draft);
  }
}
