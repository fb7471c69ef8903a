import { buildQuadrature } from './gauss-legendre.ts';
import type { Tree } from './tree-ensemble.ts';

/** The way from the root to a node, with one entry per different feature on it, in the order met. */
export interface TreePath {
  /** Where it ends: a split, or `~leaf`. */
  readonly node: number;
  readonly features: readonly number[];
  /** Per feature: of the training rows that come to its splits, the share that goes on along the path. */
  readonly covers: readonly number[];
  /** The splits passed, the entry of each one's feature, and whether the path goes left there. */
  readonly turns: readonly { readonly split: number; readonly entry: number; readonly isLeft: boolean }[];
}

function readCover(tree: Tree, child: number): number {
  return (child >= 0 ? tree.splitCover[child] : tree.leafCover[~child]) ?? 0;
}

/** The path that has not left the root. */
export function openPath(tree: Tree): TreePath {
  return { node: tree.feature.length > 0 ? 0 : ~0, features: [], covers: [], turns: [] };
}

/** A path that ends at a split, one step further. */
export function extendPath(tree: Tree, path: TreePath, isLeft: boolean): TreePath {
  const split = path.node;
  const feature = tree.feature[split] ?? 0;
  const node = (isLeft ? tree.left[split] : tree.right[split]) ?? 0;
  const cover = readCover(tree, split);
  const share = cover > 0 ? readCover(tree, node) / cover : 0;
  const known = path.features.indexOf(feature);
  const entry = known < 0 ? path.features.length : known;
  const covers = [...path.covers];
  covers[entry] = (covers[entry] ?? 1) * share;
  return {
    node,
    features: known < 0 ? [...path.features, feature] : path.features,
    covers,
    turns: [...path.turns, { split, entry, isLeft }],
  };
}

/** The paths that go on from a path to the leaves below it, from left to right. */
export function listLeafPaths(tree: Tree, path: TreePath): readonly TreePath[] {
  const found: TreePath[] = [];
  const open = [path];
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    if (next.node < 0) found.push(next);
    else open.push(extendPath(tree, next, false), extendPath(tree, next, true));
  }
  return found;
}

/** Numbers to reckon with along the longest path, made once. */
export interface ShareRoom {
  readonly factors: Float64Array;
  readonly rests: Float64Array;
}

/**
 * Shapley values of the features of one path for a row: what the leaf's value owes to each. `follows[i]` is 1 where the row
 * goes the path's way at every split on feature `i`, else 0. Adds them to `shares` from `start` on.
 *
 * Where a set of features is known, the leaf's part of the tree's expectation is its value times `follows` of those known
 * and `covers` of the others (Lundberg et al., "From local explanations to global understanding with explainable AI for
 * trees", 2020, Algorithm 1). The Shapley weight k! (d - 1 - k)! / d! is the integral of t^k (1 - t)^(d - 1 - k) over (0, 1), so
 * the sum over all sets is the integral of a product of d - 1 factors, which Gauss–Legendre quadrature gives exactly. Nothing
 * is divided and no terms cancel, unlike in Algorithm 2, which has the same result.
 */
export function addShares(
  shares: Float64Array,
  path: {
    readonly start: number;
    readonly value: number;
    readonly covers: ArrayLike<number>;
    readonly follows: Uint8Array;
  },
  room: ShareRoom,
): void {
  const { start, value, covers, follows } = path;
  const { factors, rests } = room;
  const count = covers.length;
  const { points, weights } = buildQuadrature(Math.ceil(count / 2));
  for (let point = 0; point < points.length; point += 1) {
    const t = points[point] as number;
    // rests[i] is the product of the factors from i on, so that one can be left out without dividing by it.
    rests[count] = 1;
    for (let entry = count - 1; entry >= 0; entry -= 1) {
      const factor = (1 - t) * (covers[entry] as number) + t * (follows[entry] as number);
      factors[entry] = factor;
      rests[entry] = (rests[entry + 1] as number) * factor;
    }
    let before = value * (weights[point] as number);
    for (let entry = 0; entry < count; entry += 1) {
      const change = (follows[entry] as number) - (covers[entry] as number);
      shares[start + entry] =
        (shares[start + entry] as number) + change * before * (rests[entry + 1] as number);
      before *= factors[entry] as number;
    }
  }
}
