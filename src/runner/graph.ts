import { TenureError } from '../base/index.ts';

/** For each node, the nodes it reads. */
export type ParentMap = Readonly<Record<string, readonly string[]>>;

/** The same graph, seen from the parents. */
export function buildChildMap(parents: ParentMap): Record<string, string[]> {
  const children: Record<string, string[]> = Object.fromEntries(Object.keys(parents).map((id) => [id, []]));
  for (const [id, list] of Object.entries(parents)) {
    for (const parent of list) children[parent]?.push(id);
  }
  for (const list of Object.values(children)) list.sort();
  return children;
}

/** All nodes, every one after its parents; ties in the order of their ids. Nodes of a circle are left out. */
export function sortTopologically(parents: ParentMap): string[] {
  const children = buildChildMap(parents);
  const waiting = new Map(
    Object.entries(parents).map(([id, list]) => [
      id,
      new Set(list.filter((parent) => parent in parents)).size,
    ]),
  );
  let ready = [...waiting]
    .filter(([, count]) => count === 0)
    .map(([id]) => id)
    .sort();
  const sorted: string[] = [];
  while (ready.length > 0) {
    const next: string[] = [];
    for (const id of ready) {
      sorted.push(id);
      for (const child of new Set(children[id])) {
        const count = (waiting.get(child) ?? 0) - 1;
        waiting.set(child, count);
        if (count === 0) next.push(child);
      }
    }
    ready = next.sort();
  }
  return sorted;
}

/** Throws `GRAPH_CYCLE` with the way around when nodes depend on each other in a circle. */
export function assertNoCycle(parents: ParentMap, nameOf: (id: string) => string): void {
  const sorted = new Set(sortTopologically(parents));
  const rest = Object.keys(parents).filter((id) => !sorted.has(id));
  if (rest[0] === undefined) return;
  const stuck = new Set(rest);
  // From any stuck node, walking to stuck parents must come back to a node already seen.
  const walk: string[] = [];
  let at: string = rest[0];
  while (!walk.includes(at)) {
    walk.push(at);
    const next: string | undefined = (parents[at] ?? []).find((parent) => stuck.has(parent));
    if (next === undefined) return;
    at = next;
  }
  const circle = walk.slice(walk.indexOf(at)).reverse();
  const first = circle.indexOf([...circle].sort()[0] ?? '');
  const turned = [...circle.slice(first), ...circle.slice(0, first)];
  throw new TenureError('GRAPH_CYCLE', { path: [...turned, turned[0] ?? ''].map(nameOf).join(' → ') });
}

/** Every node reachable from `start` by `edges`, at most `depth` steps away, `start` left out. */
export function listReachable(
  edges: Readonly<Record<string, readonly string[]>>,
  start: string,
  depth = Number.POSITIVE_INFINITY,
): Set<string> {
  const found = new Set<string>();
  let frontier = [start];
  for (let step = 0; step < depth && frontier.length > 0; step += 1) {
    const next: string[] = [];
    for (const id of frontier) {
      for (const neighbour of edges[id] ?? []) {
        if (found.has(neighbour) || neighbour === start) continue;
        found.add(neighbour);
        next.push(neighbour);
      }
    }
    frontier = next;
  }
  return found;
}
