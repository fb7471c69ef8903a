import type { BinnedFrame, ColumnBins } from './bin-columns.ts';
import { computeOutput, findSplit, type NodeSums, type Split, type SplitRules } from './find-split.ts';
import {
  fillHistogram,
  type Gradients,
  type Histogram,
  measureHistogram,
  SLOTS,
  SUMS,
  subtractHistogram,
} from './histogram.ts';
import type { Tree } from './tree-ensemble.ts';

/** How far a tree may grow. */
export interface GrowthRules extends SplitRules {
  readonly depth: number;
  readonly leaves: number;
  readonly learningRate: number;
}

/** A leaf of the tree that is growing. Its rows are those of the ground from `begin` to `end`. */
interface GrowingLeaf {
  readonly sums: NodeSums;
  readonly depth: number;
  readonly begin: number;
  readonly end: number;
  /** The split it hangs on, to name itself there; none for the root. */
  readonly parent: { readonly split: number; readonly isLeft: boolean } | null;
  readonly histogram: Histogram | null;
  readonly split: Split | null;
}

/** A tree, and where the rows of each of its leaves are in the ground. */
export interface GrownTree {
  readonly tree: Tree;
  readonly leaves: readonly { readonly begin: number; readonly end: number }[];
}

/** What all trees of a training are grown on: the rows sorted by leaf, and room to sort and to add up in. */
export interface Ground {
  readonly frame: BinnedFrame;
  readonly rows: Int32Array;
  /** All rows in their own order. */
  readonly allRows: Int32Array;
  readonly spareRows: Int32Array;
  readonly spareHistograms: Histogram[];
}

/** The tree as it is written down; its arrays grow with every split. */
function openTree() {
  return {
    feature: [] as number[],
    threshold: [] as number[],
    missingLeft: [] as boolean[],
    left: [] as number[],
    right: [] as number[],
    gain: [] as number[],
    splitValue: [] as number[],
    splitCover: [] as number[],
    leafValue: [] as number[],
    leafCover: [] as number[],
  };
}

/** A tree in the making. */
interface Growth {
  readonly ground: Ground;
  readonly gradients: Gradients;
  readonly rules: GrowthRules;
  readonly tree: ReturnType<typeof openTree>;
  readonly leaves: GrowingLeaf[];
}

/** The ground of a frame. */
export function openGround(frame: BinnedFrame): Ground {
  return {
    frame,
    rows: new Int32Array(frame.rows),
    allRows: Int32Array.from({ length: frame.rows }, (_, row) => row),
    spareRows: new Int32Array(frame.rows),
    spareHistograms: [],
  };
}

function takeHistogram({ frame, spareHistograms }: Ground): Histogram {
  return spareHistograms.pop() ?? new Float64Array(measureHistogram(frame));
}

/** Puts the rows that go left before those that go right, each in their old order. Returns where the right ones begin. */
function partitionRows(ground: Ground, leaf: GrowingLeaf, split: Split): number {
  const { frame, rows, spareRows } = ground;
  const { bins, missingBin } = frame.columns[split.column] as ColumnBins;
  const goesLeft = Uint8Array.from({ length: SLOTS }, (_, bin) =>
    (bin === missingBin ? split.isMissingLeft : bin <= split.bin) ? 1 : 0,
  );
  let [left, right, place] = [leaf.begin, 0, leaf.begin];
  // Written to both sides, counted on one: no branch to guess wrong. Two rows share a turn, which has to look at the arrays anew.
  for (; place + 1 < leaf.end; place += 2) {
    const row = rows[place] as number;
    const next = rows[place + 1] as number;
    const isLeft = goesLeft[bins[row] as number] as number;
    const isNextLeft = goesLeft[bins[next] as number] as number;
    rows[left] = row;
    spareRows[right] = row;
    left += isLeft;
    right += 1 - isLeft;
    rows[left] = next;
    spareRows[right] = next;
    left += isNextLeft;
    right += 1 - isNextLeft;
  }
  if (place < leaf.end) {
    const row = rows[place] as number;
    const isLeft = goesLeft[bins[row] as number] as number;
    rows[left] = row;
    spareRows[right] = row;
    left += isLeft;
    right += 1 - isLeft;
  }
  rows.set(spareRows.subarray(0, right), left);
  return left;
}

/** Whether a leaf may be split at all, so that its histogram is worth making. */
function isSplittable(sums: NodeSums, depth: number, rules: GrowthRules): boolean {
  return (
    depth < rules.depth &&
    sums.rows >= 2 * rules.minLeafRows &&
    sums.hessian >= 2 * rules.minLeafHessian &&
    sums.rows >= 2
  );
}

/** The histograms of two children: the smaller is added up, the larger is what it leaves of the parent's. */
function splitHistogram(
  ground: Ground,
  parent: Histogram,
  part: {
    readonly begin: number;
    readonly middle: number;
    readonly end: number;
    readonly gradients: Gradients;
  },
): readonly [Histogram, Histogram] {
  const { begin, middle, end, gradients } = part;
  const isLeftSmaller = middle - begin <= end - middle;
  const smaller = takeHistogram(ground);
  const range = isLeftSmaller ? { begin, end: middle } : { begin: middle, end };
  fillHistogram(smaller, ground.frame, { rows: ground.rows, gradients, ...range });
  subtractHistogram(parent, smaller);
  return isLeftSmaller ? [smaller, parent] : [parent, smaller];
}

/** The leaf with the greatest gain, the first of equal ones; -1 when none can be split. */
function findNext(leaves: readonly GrowingLeaf[]): number {
  let best = -1;
  for (const [place, leaf] of leaves.entries())
    if (leaf.split !== null && (best < 0 || leaf.split.gain > (leaves[best]?.split?.gain ?? 0))) best = place;
  return best;
}

/** A leaf with its best split already looked for; its histogram is kept only while there is one. */
function openLeaf(
  growth: Growth,
  leaf: Omit<GrowingLeaf, 'histogram' | 'split'>,
  histogram: Histogram | null,
): GrowingLeaf {
  const { ground, rules, gradients } = growth;
  if (histogram === null) return { ...leaf, histogram, split: null };
  const split = isSplittable(leaf.sums, leaf.depth, rules)
    ? findSplit(histogram, ground.frame.columns, { node: leaf.sums, rules, rowMark: gradients.rowMark })
    : null;
  if (split === null) ground.spareHistograms.push(histogram);
  return { ...leaf, histogram: split === null ? null : histogram, split };
}

/** All rows in one leaf. */
function openRoot(growth: Growth): GrowingLeaf {
  const { ground, gradients } = growth;
  const { rows, allRows, frame } = ground;
  rows.set(allRows);
  const histogram = takeHistogram(ground);
  fillHistogram(histogram, frame, { rows, begin: 0, end: frame.rows, gradients });
  let [gradient, sum] = [0, 0];
  // Every row is in one bin of the first column.
  for (let bin = 0; bin < SLOTS; bin += 1) {
    gradient += histogram[SUMS * bin] as number;
    sum += histogram[SUMS * bin + 1] as number;
  }
  const sums = {
    gradient,
    hessian: sum - frame.rows * gradients.rowMark,
    rows: frame.rows,
    lowest: Number.NEGATIVE_INFINITY,
    highest: Number.POSITIVE_INFINITY,
  };
  return openLeaf(growth, { sums, depth: 0, begin: 0, end: frame.rows, parent: null }, histogram);
}

/** Tells the split a leaf hangs on what stands in its place. */
function writeChild({ tree }: Growth, { parent }: GrowingLeaf, child: number): void {
  if (parent !== null) (parent.isLeft ? tree.left : tree.right)[parent.split] = child;
}

/** Turns a leaf into a split with two leaves: the left one in its place, the right one at the end. */
function splitLeaf(growth: Growth, place: number): void {
  const { ground, gradients, rules, tree, leaves } = growth;
  const leaf = leaves[place] as GrowingLeaf;
  const split = leaf.split as Split;
  const number = tree.feature.length;
  writeChild(growth, leaf, number);
  tree.feature.push(split.column);
  tree.threshold.push(ground.frame.columns[split.column]?.thresholds[split.bin] ?? Number.MAX_VALUE);
  tree.missingLeft.push(split.isMissingLeft);
  tree.gain.push(split.gain);
  tree.splitValue.push(rules.learningRate * computeOutput(leaf.sums, rules.l2));
  tree.splitCover.push(leaf.sums.rows);
  const { begin, end } = leaf;
  const middle = partitionRows(ground, leaf, split);
  const depth = leaf.depth + 1;
  const parent = leaf.histogram as Histogram;
  const isDeeper = isSplittable(split.left, depth, rules) || isSplittable(split.right, depth, rules);
  const [left, right] = isDeeper
    ? splitHistogram(ground, parent, { begin, middle, end, gradients })
    : [null, parent];
  const open = (isLeft: boolean) => ({ depth, parent: { split: number, isLeft } });
  leaves[place] = openLeaf(growth, { ...open(true), sums: split.left, begin, end: middle }, left);
  leaves.push(openLeaf(growth, { ...open(false), sums: split.right, begin: middle, end }, right));
}

/**
 * Grows one tree leaf by leaf, the greatest gain first, over all rows of the ground.
 *
 * Friedman, "Greedy function approximation: a gradient boosting machine" (2001), with second-order leaves and
 * histograms as in Ke et al., "LightGBM: a highly efficient gradient boosting decision tree" (2017).
 */
export function growTree(ground: Ground, gradients: Gradients, rules: GrowthRules): GrownTree {
  const growth: Growth = { ground, gradients, rules, tree: openTree(), leaves: [] };
  const { tree, leaves } = growth;
  leaves.push(openRoot(growth));
  for (let next = findNext(leaves); next >= 0 && leaves.length < rules.leaves; next = findNext(leaves))
    splitLeaf(growth, next);
  for (const [place, leaf] of leaves.entries()) {
    writeChild(growth, leaf, ~place);
    tree.leafValue.push(rules.learningRate * computeOutput(leaf.sums, rules.l2));
    tree.leafCover.push(leaf.sums.rows);
    if (leaf.histogram !== null) ground.spareHistograms.push(leaf.histogram);
  }
  return { tree, leaves };
}
