import { TenureError } from '../base/index.ts';
import { listReachable, sortTopologically } from './graph.ts';
import type { Manifest, ResourceType } from './manifest.ts';
import { didYouMean } from './nearest-name.ts';
import { listMatches, listSelectable, type Selectable } from './selector-methods.ts';

export interface Selection {
  /** Each entry may hold several selectors with spaces between them: any of them selects. */
  readonly select?: readonly string[];
  readonly exclude?: readonly string[];
  /** What to return; by default all that a build runs: models, seeds, data tests and unit tests. */
  readonly resourceTypes?: readonly ResourceType[];
}

interface GraphSelector {
  readonly written: string;
  readonly method: string;
  readonly value: string;
  /** Steps to the parents and to the children; null for none. */
  readonly parents: number | null;
  readonly children: number | null;
  readonly isChildrensParents: boolean;
}

const PATTERN =
  /^(?<at>@)?(?:(?<parents>\d*)\+)?(?:(?<method>[a-z_]+(?:\.[\w.]+)?):)?(?<value>[^+@]+?)(?:\+(?<children>\d*))?$/;
const EXECUTED: readonly ResourceType[] = ['model', 'seed', 'test', 'unit_test'];

function parseDepth(text: string | undefined): number | null {
  if (text === undefined) return null;
  return text === '' ? Number.POSITIVE_INFINITY : Number(text);
}

function guessMethod(value: string): string {
  if (value.includes('/')) return 'path';
  return /\.(sql|csv|ya?ml)$/.test(value) ? 'file' : 'fqn';
}

function parseSelector(written: string): GraphSelector {
  const groups = PATTERN.exec(written)?.groups;
  const value = groups?.['value'];
  if (groups === undefined || value === undefined) {
    throw new TenureError('SELECTION_INVALID', { selector: written, problem: 'this is not a selector.' });
  }
  const isChildrensParents = groups['at'] !== undefined;
  if (isChildrensParents && (groups['parents'] !== undefined || groups['children'] !== undefined)) {
    throw new TenureError('SELECTION_INVALID', { selector: written, problem: '@ and + do not go together.' });
  }
  return {
    written,
    method: groups['method'] ?? guessMethod(value),
    value,
    parents: parseDepth(groups['parents']),
    children: parseDepth(groups['children']),
    isChildrensParents,
  };
}

interface Scope {
  readonly manifest: Manifest;
  readonly items: readonly Selectable[];
  /** Data tests and unit tests with the nodes they are about. */
  readonly tests: readonly { readonly id: string; readonly about: readonly string[] }[];
}

function openScope(manifest: Manifest): Scope {
  const dataTests = Object.values(manifest.nodes).filter((node) => node.resource_type === 'test');
  const tests = [...dataTests, ...Object.values(manifest.unit_tests)].map((test) => ({
    id: test.unique_id,
    about: test.depends_on.nodes,
  }));
  return { manifest, items: listSelectable(manifest), tests };
}

/** Names to compare a selector that matched nothing with. */
function listCandidates(scope: Scope, method: string): string[] {
  if (method === 'tag') return scope.items.flatMap((item) => item.tags);
  if (method === 'path') return scope.items.map((item) => item.file);
  const type: Readonly<Record<string, ResourceType>> = { source: 'source', exposure: 'exposure' };
  const wanted = type[method];
  if (wanted === 'source')
    return Object.values(scope.manifest.sources).flatMap((source) => [
      source.source_name,
      `${source.source_name}.${source.name}`,
    ]);
  if (wanted === 'exposure') return Object.values(scope.manifest.exposures).map((item) => item.name);
  const models = scope.items.filter((item) => item.resourceType === 'model' || item.resourceType === 'seed');
  return models.flatMap((item) => [item.name, ...item.fqn.slice(1, -1)]);
}

function addReachable(
  selected: Set<string>,
  edges: Readonly<Record<string, readonly string[]>>,
  given: { from: readonly string[]; depth: number },
): void {
  for (const id of given.from) {
    for (const reached of listReachable(edges, id, given.depth)) selected.add(reached);
  }
}

/** The nodes of one selector, with their tests: a test comes along with any node it is about. */
function selectOne(scope: Scope, written: string): Set<string> {
  const selector = parseSelector(written);
  const direct = listMatches(scope.items, selector);
  if (direct.length === 0) {
    const name = selector.value.replace(/[*?]/g, '');
    const hint = didYouMean(
      name,
      listCandidates(scope, selector.method),
      'Models are selected by the name of their file; folders, tags and sources work too.',
    );
    throw new TenureError('SELECTION_EMPTY', { selector: written, hint });
  }
  const { parent_map, child_map } = scope.manifest;
  const selected = new Set(direct);
  if (selector.isChildrensParents) {
    addReachable(selected, child_map, { from: direct, depth: Number.POSITIVE_INFINITY });
    addReachable(selected, parent_map, { from: [...selected], depth: Number.POSITIVE_INFINITY });
  }
  if (selector.parents !== null)
    addReachable(selected, parent_map, { from: direct, depth: selector.parents });
  if (selector.children !== null)
    addReachable(selected, child_map, { from: direct, depth: selector.children });
  const withoutTests = new Set(selected);
  for (const test of scope.tests) {
    if (test.about.some((id) => withoutTests.has(id))) selected.add(test.id);
  }
  return selected;
}

/** `a,b` selects what both select. */
function selectIntersection(scope: Scope, written: string): Set<string> {
  const [first, ...rest] = written.split(',').filter((part) => part !== '');
  if (first === undefined)
    throw new TenureError('SELECTION_INVALID', { selector: written, problem: 'this is not a selector.' });
  let selected = selectOne(scope, first);
  for (const part of rest) {
    const other = selectOne(scope, part);
    selected = new Set([...selected].filter((id) => other.has(id)));
  }
  return selected;
}

function selectUnion(scope: Scope, entries: readonly string[]): Set<string> {
  const selected = new Set<string>();
  for (const written of entries.flatMap((entry) => entry.split(/\s+/)).filter((part) => part !== '')) {
    for (const id of selectIntersection(scope, written)) selected.add(id);
  }
  return selected;
}

/**
 * The nodes that selectors name, every one after its parents, in an order that depends on nothing but the
 * project. Without `select`, all of them. dbt's words: a name, `path:`, `tag:`, `source:`, `+x`, `x+2`, `@x`,
 * `a,b`, `a b`; a test comes along with any node it is about.
 *
 * @throws TenureError SELECTION_EMPTY when a selector matches nothing, SELECTION_INVALID when it is none
 * @example
 * selectNodes(manifest, { select: ['+customer_lifetime_value'], exclude: ['tag:slow'] });
 */
export function selectNodes(manifest: Manifest, selection: Selection = {}): readonly string[] {
  const scope = openScope(manifest);
  const select = selection.select ?? [];
  const isAll = select.every((entry) => entry.trim() === '');
  const selected = isAll ? new Set(Object.keys(manifest.parent_map)) : selectUnion(scope, select);
  const excluded = selectUnion(scope, selection.exclude ?? []);
  const types = new Set(selection.resourceTypes ?? EXECUTED);
  const typeOf = new Map(scope.items.map((item) => [item.uniqueId, item.resourceType]));
  const result = sortTopologically(manifest.parent_map).filter((id) => {
    const type = typeOf.get(id);
    return selected.has(id) && !excluded.has(id) && type !== undefined && types.has(type);
  });
  if (result.length === 0 && !isAll) {
    const written = [...select, ...(selection.exclude ?? []).map((entry) => `(without ${entry})`)].join(' ');
    throw new TenureError('SELECTION_EMPTY', {
      selector: written,
      hint: 'What is selected on one side is taken away on the other.',
    });
  }
  return result;
}
