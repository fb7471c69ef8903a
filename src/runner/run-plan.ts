import type { Manifest } from './manifest.ts';
import type { RunKinds } from './run-types.ts';

export type TaskKind = 'seed' | 'model' | 'ephemeral' | 'data_test' | 'unit_test';

/** One step of a run. */
export interface RunTask {
  readonly uniqueId: string;
  readonly kind: TaskKind;
  /** Must have been built: without one of them the task is skipped. */
  readonly needs: readonly string[];
  /** Tests before it in the plan that must not have failed; one that was itself skipped stops nothing. */
  readonly guards: readonly string[];
}

function classifyNode(manifest: Manifest, uniqueId: string): TaskKind | null {
  if (manifest.unit_tests[uniqueId] !== undefined) return 'unit_test';
  const node = manifest.nodes[uniqueId];
  if (node === undefined) return null;
  if (node.resource_type === 'seed') return 'seed';
  if (node.resource_type === 'test') return 'data_test';
  return node.config.materialized === 'ephemeral' ? 'ephemeral' : 'model';
}

const KINDS: Readonly<Record<RunKinds, readonly TaskKind[]>> = {
  build: ['seed', 'model', 'ephemeral', 'data_test', 'unit_test'],
  run: ['model', 'ephemeral'],
  test: ['data_test', 'unit_test'],
  seed: ['seed'],
};

/** Finds, for any node, its nearest ancestors that are built in this run, looking through those that are not. */
function openParentLookup(manifest: Manifest, isBuilt: (id: string) => boolean): (id: string) => Set<string> {
  const known = new Map<string, Set<string>>();
  const listParents = (id: string): Set<string> => {
    const found = known.get(id);
    if (found !== undefined) return found;
    const parents = new Set<string>();
    known.set(id, parents);
    for (const parent of manifest.nodes[id]?.depends_on.nodes ?? []) {
      if (isBuilt(parent)) parents.add(parent);
      else for (const further of listParents(parent)) parents.add(further);
    }
    return parents;
  };
  return listParents;
}

/** Everything above a node in the whole project, sources included, whether selected or not. */
function openAncestorLookup(manifest: Manifest): (id: string) => ReadonlySet<string> {
  const known = new Map<string, Set<string>>();
  const listAncestors = (id: string): Set<string> => {
    const found = known.get(id);
    if (found !== undefined) return found;
    const all = new Set<string>();
    known.set(id, all);
    for (const parent of manifest.nodes[id]?.depends_on.nodes ?? []) {
      all.add(parent);
      for (const further of listAncestors(parent)) all.add(further);
    }
    return all;
  };
  return listAncestors;
}

interface PlanParts {
  readonly manifest: Manifest;
  readonly built: readonly string[];
  readonly listAncestors: (id: string) => ReadonlySet<string>;
  readonly listParents: (id: string) => ReadonlySet<string>;
}

/**
 * The nodes a data test stops when it fails: those below everything it reads (dbt's rule), and the children
 * of the node it is about, unless the test itself has to wait for what comes after such a child.
 */
function listGuarded(parts: PlanParts, testId: string): readonly string[] {
  const test = parts.manifest.nodes[testId];
  const about = test?.attached_node ?? null;
  const reads = test?.depends_on.nodes ?? [];
  const mustComeFirst = (id: string): boolean =>
    reads.some((read) => read === id || parts.listAncestors(read).has(id));
  return parts.built.filter((id) => {
    if (mustComeFirst(id)) return false;
    const above = parts.listAncestors(id);
    const isBelowAll = reads.length > 0 && reads.every((read) => above.has(read));
    return isBelowAll || (about !== null && parts.listParents(id).has(about));
  });
}

/** Tasks in the order wished for: unit tests before their model, data tests after the last node they read. */
function buildWishedOrder(parts: PlanParts, kindOf: ReadonlyMap<string, TaskKind>): readonly RunTask[] {
  const needsOf = new Map<string, readonly string[]>();
  const guardsOf = new Map<string, string[]>(parts.built.map((id) => [id, []]));
  const place = new Map<string, number>(parts.built.map((id, index) => [id, index]));
  for (const [id, kind] of kindOf) {
    if (kind === 'unit_test') {
      const tested = parts.manifest.unit_tests[id]?.tested_node_unique_id ?? '';
      needsOf.set(id, [...parts.listParents(tested)]);
      guardsOf.get(tested)?.push(id);
      place.set(id, (place.get(tested) ?? 0) - 0.5);
    } else {
      const needs = [...parts.listParents(id)];
      needsOf.set(id, needs);
      if (kind !== 'data_test') continue;
      for (const guarded of listGuarded(parts, id)) guardsOf.get(guarded)?.push(id);
      place.set(id, Math.max(-1, ...needs.map((need) => place.get(need) ?? 0)) + 0.25);
    }
  }
  // A unit test waits for the same tests as its model: of broken input it would say nothing new.
  for (const [id, kind] of kindOf) {
    if (kind !== 'unit_test') continue;
    const tested = parts.manifest.unit_tests[id]?.tested_node_unique_id ?? '';
    const guards = guardsOf.get(tested) ?? [];
    guardsOf.set(
      id,
      guards.filter((guard) => kindOf.get(guard) === 'data_test'),
    );
  }
  return [...kindOf]
    .map(([uniqueId, kind]) => ({
      uniqueId,
      kind,
      needs: needsOf.get(uniqueId) ?? [],
      guards: guardsOf.get(uniqueId) ?? [],
    }))
    .sort((left, right) => (place.get(left.uniqueId) ?? 0) - (place.get(right.uniqueId) ?? 0));
}

/** Keeps the wished order where it can; two tests that wait for each other's children yield to the order. */
function resolveOrder(wished: readonly RunTask[]): readonly RunTask[] {
  const waiting = [...wished];
  const planned = new Set(wished.map((task) => task.uniqueId));
  const done = new Set<string>();
  const ordered: RunTask[] = [];
  const isDone = (id: string): boolean => done.has(id) || !planned.has(id);
  while (waiting.length > 0) {
    let next = waiting.findIndex((task) => task.needs.every(isDone) && task.guards.every(isDone));
    if (next < 0) next = waiting.findIndex((task) => task.needs.every(isDone));
    const [task] = waiting.splice(Math.max(0, next), 1);
    if (task === undefined) break;
    ordered.push({ ...task, guards: task.guards.filter(isDone) });
    done.add(task.uniqueId);
  }
  return ordered;
}

/**
 * Orders a selection as `dbt build` does: a model after its parents and their tests, its unit tests just
 * before it, its data tests right after it (those over several nodes after the last of them).
 */
export function buildRunPlan(
  manifest: Manifest,
  selection: readonly string[],
  kinds: RunKinds,
): readonly RunTask[] {
  const kindOf = new Map<string, TaskKind>();
  for (const id of selection) {
    const kind = classifyNode(manifest, id);
    if (kind !== null && KINDS[kinds].includes(kind)) kindOf.set(id, kind);
  }
  const built = [...kindOf.keys()].filter((id) => !/test$/.test(kindOf.get(id) ?? ''));
  const builtSet = new Set(built);
  const listParents = openParentLookup(manifest, (id) => builtSet.has(id));
  const listAncestors = openAncestorLookup(manifest);
  return resolveOrder(buildWishedOrder({ manifest, built, listAncestors, listParents }, kindOf));
}
