import {
  addShares,
  extendPath,
  listLeafPaths,
  openPath,
  type ShareRoom,
  type TreePath,
} from './leaf-paths.ts';
import { buildSlot } from './row-slots.ts';
import type { Tree } from './tree-ensemble.ts';

/**
 * A few leaves close together. What they add to a row's contributions depends on the row only by a pattern of bits: for each
 * feature on the way to them whether the row follows it, then for each split among them whether it goes right. There are few
 * patterns, so the sums of all of them are worked out beforehand.
 */
export interface Bush {
  /** Where the mask of the way to it is kept, and how many bits that has. */
  readonly place: number;
  readonly entries: number;
  /** Of the splits among its leaves. */
  readonly slots: Int32Array;
  readonly thresholds: Float64Array;
  /** The features that it adds to. */
  readonly features: Int32Array;
  /** Per feature, what it gets for each pattern. */
  readonly sums: readonly Float64Array[];
}

/** The splits above all bushes, parents first, with what each does to the masks of its two children. */
export interface Trunk {
  readonly splits: Int32Array;
  readonly slots: Int32Array;
  readonly thresholds: Float64Array;
  /** Per split: where the masks of its left and of its right child are kept. Its own is kept at its number. */
  readonly places: Int32Array;
  /** Per split: the bit to set on coming, none where the feature was met before; and the bit that is lost on the other way. */
  readonly bits: Int32Array;
}

/** How the contributions of a tree are had, for any row. */
export interface TreePlan {
  readonly tree: Tree;
  readonly trunk: Trunk;
  readonly bushes: readonly Bush[];
  /** Paths too long for a table: reckoned for each row. */
  readonly longPaths: readonly TreePath[];
}

/** Splits in a bush, at most: a table has a bit for each, and beyond three it grows faster than it saves. */
const BUSH_SPLITS = 3;
/** Bits of a table's patterns, at most. */
const TABLE_BITS = 9;
/** Bits of a mask. */
const MASK_BITS = 30;

function countSplits(tree: Tree, node: number): number {
  if (node < 0) return 0;
  return 1 + countSplits(tree, tree.left[node] ?? -1) + countSplits(tree, tree.right[node] ?? -1);
}

function locateMask(tree: Tree, node: number): number {
  return node >= 0 ? node : tree.feature.length + ~node;
}

/** Room to reckon along the longest path of a tree. */
export function openShareRoom(tree: Tree): ShareRoom {
  const longest = new Set(tree.feature).size;
  return { factors: new Float64Array(longest), rests: new Float64Array(longest + 1) };
}

/** What one leaf of a bush adds, for every pattern. */
function addLeaf(
  bush: Bush,
  leaf: TreePath,
  context: { tree: Tree; turns: readonly number[]; room: ShareRoom },
) {
  const { tree, turns, room } = context;
  const count = leaf.features.length;
  const shares = new Float64Array(count);
  const follows = new Uint8Array(count);
  const columns = leaf.features.map((feature) => bush.features.indexOf(feature));
  const inside = leaf.turns.filter(({ split }) => turns.includes(split));
  for (let pattern = 0; pattern < 1 << (bush.entries + turns.length); pattern += 1) {
    for (let entry = 0; entry < count; entry += 1)
      follows[entry] = entry < bush.entries ? (pattern >> entry) & 1 : 1;
    for (const { split, entry, isLeft } of inside) {
      const isRight = ((pattern >> (bush.entries + turns.indexOf(split))) & 1) === 1;
      if (isRight === isLeft) follows[entry] = 0;
    }
    shares.fill(0);
    const value = tree.leafValue[~leaf.node] ?? 0;
    addShares(shares, { start: 0, value, covers: leaf.covers, follows }, room);
    for (let entry = 0; entry < count; entry += 1) {
      const sums = bush.sums[columns[entry] as number] as Float64Array;
      sums[pattern] = (sums[pattern] as number) + (shares[entry] as number);
    }
  }
}

function buildBush(tree: Tree, path: TreePath, room: ShareRoom): Bush {
  const leaves = listLeafPaths(tree, path);
  const inside = leaves.flatMap((leaf) => leaf.turns.slice(path.turns.length).map(({ split }) => split));
  const turns = [...new Set(inside)];
  const features = [...new Set(leaves.flatMap((leaf) => leaf.features))];
  const entries = path.features.length;
  const bush = {
    place: locateMask(tree, path.node),
    entries,
    slots: Int32Array.from(turns, (split) =>
      buildSlot(tree.feature[split] ?? 0, tree.missingLeft[split] === true),
    ),
    thresholds: Float64Array.from(turns, (split) => tree.threshold[split] ?? 0),
    features: Int32Array.from(features),
    sums: features.map(() => new Float64Array(1 << (entries + turns.length))),
  };
  for (const leaf of leaves) addLeaf(bush, leaf, { tree, turns, room });
  return bush;
}

function buildTrunk(tree: Tree, paths: readonly TreePath[]): Trunk {
  const bits = paths.flatMap(({ node, features }) => {
    const known = features.indexOf(tree.feature[node] ?? 0);
    const entry = known < 0 ? features.length : known;
    const bit = entry < MASK_BITS ? 1 << entry : 0;
    return [known < 0 ? bit : 0, bit];
  });
  const splits = Int32Array.from(paths, ({ node }) => node);
  return {
    splits,
    slots: splits.map((split) => buildSlot(tree.feature[split] ?? 0, tree.missingLeft[split] === true)),
    thresholds: Float64Array.from(splits, (split) => tree.threshold[split] ?? 0),
    places: Int32Array.from(
      paths.flatMap(({ node }) =>
        [tree.left[node], tree.right[node]].map((child) => locateMask(tree, child ?? 0)),
      ),
    ),
    bits: Int32Array.from(bits),
  };
}

/** The plan of a tree for a frame of `rows`: a table of more patterns than there are rows would cost more than it saves. */
export function buildTreePlan(tree: Tree, rows: number): TreePlan {
  const room = openShareRoom(tree);
  const bits = Math.min(TABLE_BITS, Math.floor(Math.log2(Math.max(1, rows))));
  const [trunk, bushes, longPaths]: [TreePath[], Bush[], TreePath[]] = [[], [], []];
  const open = [openPath(tree)];
  for (let path = open.pop(); path !== undefined; path = open.pop()) {
    const splits = countSplits(tree, path.node);
    if (splits <= BUSH_SPLITS && path.features.length + splits <= bits)
      bushes.push(buildBush(tree, path, room));
    else if (path.node < 0) longPaths.push(path);
    else {
      trunk.push(path);
      open.push(extendPath(tree, path, false), extendPath(tree, path, true));
    }
  }
  return { tree, trunk: buildTrunk(tree, trunk), bushes, longPaths };
}
