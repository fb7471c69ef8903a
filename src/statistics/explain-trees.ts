import type { Frame } from './frame.ts';
import { addShares, type LeafPath, listLeafPaths, type ShareRoom } from './leaf-paths.ts';
import { pickColumns } from './pick-columns.ts';
import type { Tree, TreeEnsemble } from './tree-ensemble.ts';

/** What each feature adds to each row's margin. */
export interface Explanation {
  /** The mean margin over the training rows, by the covers of the trees, in log-odds. */
  readonly base: number;
  /** Rows × features, row after row, in log-odds: the base and a row's contributions add up to its margin. */
  readonly contributions: Float64Array;
}

/** Paths of at most so many features have the shares of every pattern of turns worked out beforehand. */
const LONGEST_TABLE = 7;

/** A leaf whose shares depend on the row by a mask only: which of the path's features the row follows. */
interface TabledLeaf {
  /** Where the mask of the leaf is found. */
  readonly place: number;
  readonly features: Int32Array;
  /** Per mask, the share of each feature. */
  readonly shares: Float64Array;
}

/** The splits of a tree from the top down, with what each does to the masks of its two children. */
interface Descent {
  readonly columns: readonly Float64Array[];
  readonly thresholds: Float64Array;
  readonly missingLeft: Uint8Array;
  /** Per split: where the masks of itself, its left and its right child are kept. */
  readonly places: Int32Array;
  /** Per split: the bit to set on coming, none where the feature was met before, and the bit that is lost on the other way. */
  readonly bits: Int32Array;
}

/** Where a row is in a tree. */
interface RowState {
  /** Per split and then per leaf. */
  readonly masks: Int32Array;
  /** Per split: 1 where the row goes left. */
  readonly turns: Uint8Array;
}

function listOrder(tree: Tree): readonly number[] {
  const order: number[] = [];
  const open = tree.feature.length > 0 ? [0] : [];
  for (let split = open.pop(); split !== undefined; split = open.pop()) {
    order.push(split);
    for (const child of [tree.right[split] ?? -1, tree.left[split] ?? -1]) if (child >= 0) open.push(child);
  }
  return order;
}

function buildDescent(tree: Tree, columns: readonly Float64Array[], paths: readonly LeafPath[]): Descent {
  const order = listOrder(tree);
  const splits = tree.feature.length;
  const locate = (child: number) => (child >= 0 ? child : splits + ~child);
  const bits = new Map<number, readonly [number, number]>();
  for (const { turns } of paths) {
    for (const [depth, { split, entry }] of turns.entries()) {
      const isMet = turns.slice(0, depth).some((turn) => turn.entry === entry);
      const bit = entry < LONGEST_TABLE ? 1 << entry : 0;
      bits.set(split, [isMet ? 0 : bit, bit]);
    }
  }
  return {
    columns: order.map((split) => columns[tree.feature[split] ?? 0] ?? new Float64Array(0)),
    thresholds: Float64Array.from(order, (split) => tree.threshold[split] ?? 0),
    missingLeft: Uint8Array.from(order, (split) => (tree.missingLeft[split] === true ? 1 : 0)),
    places: Int32Array.from(
      order.flatMap((split) => [split, locate(tree.left[split] ?? 0), locate(tree.right[split] ?? 0)]),
    ),
    bits: Int32Array.from(order.flatMap((split) => bits.get(split) ?? [0, 0])),
  };
}

/**
 * Fills in, for one row, whether it goes left at each split and the masks of all nodes. A mask has a bit per feature of the way
 * there, set where the row follows it.
 */
function descend(descent: Descent, row: number, { masks, turns }: RowState): void {
  const { columns, thresholds, missingLeft, places, bits } = descent;
  for (let step = 0; step < thresholds.length; step += 1) {
    const value = (columns[step] as Float64Array)[row] as number;
    const isLeft = value <= (thresholds[step] as number) || (Number.isNaN(value) && missingLeft[step] === 1);
    turns[places[3 * step] as number] = isLeft ? 1 : 0;
    const whole = (masks[places[3 * step] as number] as number) | (bits[2 * step] as number);
    const broken = whole & ~(bits[2 * step + 1] as number);
    masks[places[3 * step + 1] as number] = isLeft ? whole : broken;
    masks[places[3 * step + 2] as number] = isLeft ? broken : whole;
  }
}

function buildTable(path: LeafPath, tree: Tree, room: ShareRoom): TabledLeaf {
  const count = path.features.length;
  const shares = new Float64Array(count << count);
  const follows = new Uint8Array(count);
  const value = tree.leafValue[path.leaf] ?? 0;
  for (let mask = 0; mask < 1 << count; mask += 1) {
    for (let entry = 0; entry < count; entry += 1) follows[entry] = (mask >> entry) & 1;
    addShares(shares, { start: mask * count, value, covers: path.covers, follows }, room);
  }
  return { place: tree.feature.length + path.leaf, features: Int32Array.from(path.features), shares };
}

/** One row's contributions from the leaves that have tables. */
function addTabled(
  leaves: readonly TabledLeaf[],
  masks: Int32Array,
  { sums, start }: { readonly sums: Float64Array; readonly start: number },
): void {
  for (let leaf = 0; leaf < leaves.length; leaf += 1) {
    const { place, features, shares } = leaves[leaf] as TabledLeaf;
    const count = features.length;
    const first = (masks[place] as number) * count;
    for (let entry = 0; entry < count; entry += 1) {
      const sum = start + (features[entry] as number);
      sums[sum] = (sums[sum] as number) + (shares[first + entry] as number);
    }
  }
}

/** One row's contributions from leaves at the end of long paths, each reckoned for this row alone. */
function addReckoned(
  leaves: readonly LeafPath[],
  row: {
    readonly tree: Tree;
    readonly turns: Uint8Array;
    readonly sums: Float64Array;
    readonly start: number;
  },
  room: ShareRoom,
): void {
  const { tree, turns, sums, start } = row;
  for (const { leaf, features, covers, turns: way } of leaves) {
    const follows = new Uint8Array(features.length).fill(1);
    for (const { split, entry, isLeft } of way) if ((turns[split] === 1) !== isLeft) follows[entry] = 0;
    const shares = new Float64Array(features.length);
    addShares(shares, { start: 0, value: tree.leafValue[leaf] ?? 0, covers, follows }, room);
    for (const [entry, feature] of features.entries())
      sums[start + feature] = (sums[start + feature] as number) + (shares[entry] as number);
  }
}

/** The mean of a tree's leaves, weighted as its splits share their rows out. */
function computeMean(tree: Tree, paths: readonly LeafPath[]): number {
  const weighs = paths.map(
    ({ leaf, covers }) => (tree.leafValue[leaf] ?? 0) * covers.reduce((product, cover) => product * cover, 1),
  );
  return weighs.reduce((sum, value) => sum + value, 0);
}

/**
 * SHAP values of every row: exact, by the trees' own covers (path-dependent), in log-odds. The base and a row's contributions
 * add up to what {@link predictMargins} gives, but for rounding.
 *
 * A leaf's shares depend on the row only by which features of its path the row follows, so for paths of up to seven features
 * they are worked out once for every such pattern and then only looked up (as in Yang, "Fast TreeSHAP", 2021).
 *
 * @throws MODEL_COLUMN_MISSING when the frame lacks a feature.
 * @example
 * const { base, contributions } = explainTrees(ensemble, frame);
 * contributions[row * ensemble.features.length + 3]; // what feature 3 adds to that row's log-odds
 */
export function explainTrees(ensemble: TreeEnsemble, frame: Frame): Explanation {
  const columns = pickColumns(frame, ensemble.features);
  const width = columns.length;
  const contributions = new Float64Array(frame.rows * width);
  let base = ensemble.bias;
  for (const tree of ensemble.trees) {
    const paths = listLeafPaths(tree);
    base += computeMean(tree, paths);
    const longest = paths.reduce((most, { features }) => Math.max(most, features.length), 0);
    const room = { factors: new Float64Array(longest), rests: new Float64Array(longest + 1) };
    // A table of more patterns than there are rows would cost more than it saves.
    const isTabled = ({ features }: LeafPath) =>
      features.length <= LONGEST_TABLE && 1 << features.length <= frame.rows;
    const tabled = paths.filter(isTabled).map((path) => buildTable(path, tree, room));
    const reckoned = paths.filter((path) => !isTabled(path));
    const descent = buildDescent(tree, columns, paths);
    const splits = tree.feature.length;
    const state = { masks: new Int32Array(splits + tree.leafValue.length), turns: new Uint8Array(splits) };
    for (let row = 0; row < frame.rows; row += 1) {
      descend(descent, row, state);
      addTabled(tabled, state.masks, { sums: contributions, start: row * width });
      if (reckoned.length > 0)
        addReckoned(reckoned, { tree, turns: state.turns, sums: contributions, start: row * width }, room);
    }
  }
  return { base, contributions };
}
