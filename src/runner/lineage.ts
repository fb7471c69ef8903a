import { TenureError } from '../base/index.ts';
import type { Manifest } from './manifest.ts';
import { didYouMean } from './nearest-name.ts';

/** A node with what lies behind it in one direction. */
export interface LineageBranch {
  readonly unique_id: string;
  readonly name: string;
  /** `source`, `seed`, `exposure`, or how a model is materialized. */
  readonly kind: string;
  readonly tests: number;
  /** True when its own branches are already shown above. */
  readonly is_repeated: boolean;
  readonly branches: readonly LineageBranch[];
}

/** Where the data of a node comes from, and what is made of it. */
export interface Lineage {
  readonly unique_id: string;
  readonly name: string;
  readonly kind: string;
  readonly tests: number;
  readonly upstream: readonly LineageBranch[];
  readonly downstream: readonly LineageBranch[];
}

function nameOf(manifest: Manifest, id: string): string {
  const source = manifest.sources[id];
  if (source !== undefined) return `${source.source_name}.${source.name}`;
  return manifest.nodes[id]?.name ?? manifest.exposures[id]?.name ?? id;
}

function kindOf(manifest: Manifest, id: string): string {
  if (manifest.sources[id] !== undefined) return 'source';
  return manifest.nodes[id]?.config.materialized ?? 'exposure';
}

function isTest(manifest: Manifest, id: string): boolean {
  return manifest.unit_tests[id] !== undefined || manifest.nodes[id]?.resource_type === 'test';
}

function countTests(manifest: Manifest, id: string): number {
  return (manifest.child_map[id] ?? []).filter((child) => isTest(manifest, child)).length;
}

function buildBranches(
  manifest: Manifest,
  id: string,
  walk: { readonly direction: 'parent_map' | 'child_map'; readonly seen: Set<string> },
): LineageBranch[] {
  const next = (manifest[walk.direction][id] ?? []).filter((other) => !isTest(manifest, other));
  return [...new Set(next)]
    .sort((left, right) => (nameOf(manifest, left) < nameOf(manifest, right) ? -1 : 1))
    .map((other) => {
      const isKnown = walk.seen.has(other);
      walk.seen.add(other);
      const branches = isKnown ? [] : buildBranches(manifest, other, walk);
      return {
        unique_id: other,
        name: nameOf(manifest, other),
        kind: kindOf(manifest, other),
        tests: countTests(manifest, other),
        is_repeated:
          isKnown && (manifest[walk.direction][other] ?? []).some((further) => !isTest(manifest, further)),
        branches,
      };
    });
}

/**
 * The parents and children of a node, all the way. The name is a model's, a seed's, an exposure's, or
 * `source.table`; a unique id will do as well.
 *
 * @throws TenureError NODE_UNKNOWN with the nearest name
 * @example
 * renderLineage(buildLineage(manifest, 'customer_lifetime_value'));
 */
export function buildLineage(manifest: Manifest, name: string): Lineage {
  const ids = Object.keys(manifest.parent_map).filter((id) => !isTest(manifest, id));
  const id = ids.find((candidate) => candidate === name || nameOf(manifest, candidate) === name);
  if (id === undefined) {
    const names = ids.map((candidate) => nameOf(manifest, candidate));
    throw new TenureError('NODE_UNKNOWN', {
      name,
      hint: didYouMean(name, names, 'Give the name of a model, a seed, an exposure or source.table.'),
    });
  }
  return {
    unique_id: id,
    name: nameOf(manifest, id),
    kind: kindOf(manifest, id),
    tests: countTests(manifest, id),
    upstream: buildBranches(manifest, id, { direction: 'parent_map', seen: new Set() }),
    downstream: buildBranches(manifest, id, { direction: 'child_map', seen: new Set() }),
  };
}

function describe(item: { readonly name: string; readonly kind: string; readonly tests: number }): string {
  const tests = item.tests === 0 ? '' : `, ${item.tests} ${item.tests === 1 ? 'test' : 'tests'}`;
  return `${item.name} (${item.kind}${tests})`;
}

function renderBranches(branches: readonly LineageBranch[], indent: string): string[] {
  return branches.flatMap((branch, index) => {
    const isLast = index === branches.length - 1;
    const line = `${indent}${isLast ? '└─ ' : '├─ '}${describe(branch)}${branch.is_repeated ? ' …' : ''}`;
    return [line, ...renderBranches(branch.branches, `${indent}${isLast ? '   ' : '│  '}`)];
  });
}

/** The lineage as text: the node, what it reads, and what reads it. `…` marks a branch shown before. */
export function renderLineage(lineage: Lineage): string {
  const lines = [describe(lineage)];
  for (const [title, branches] of [
    ['reads', lineage.upstream],
    ['is read by', lineage.downstream],
  ] as const) {
    lines.push(
      '',
      branches.length === 0 ? `${title} nothing` : `${title}:`,
      ...renderBranches(branches, '  '),
    );
  }
  return lines.join('\n');
}
