import type { ColumnBins } from './bin-columns.ts';
import { type Histogram, SLOTS, SUMS } from './histogram.ts';

/** What a split is looked for in, and what it must keep to. */
interface Search {
  readonly node: NodeSums;
  readonly rules: SplitRules;
  /** See {@link Gradients}. */
  readonly rowMark: number;
}

/** What a split must keep to. */
export interface SplitRules {
  readonly minLeafRows: number;
  readonly minLeafHessian: number;
  readonly l2: number;
  readonly minGain: number;
  /** Per column: 1 where the margin may only rise with it, -1 where it may only fall, else 0. */
  readonly monotone: readonly number[];
}

/** The rows of a node added up, and the bounds its output has to stay within. */
export interface NodeSums {
  readonly gradient: number;
  readonly hessian: number;
  readonly rows: number;
  readonly lowest: number;
  readonly highest: number;
}

/** The best cut of a node: bins up to `bin` go left. */
export interface Split {
  readonly column: number;
  readonly bin: number;
  readonly isMissingLeft: boolean;
  readonly gain: number;
  readonly left: NodeSums;
  readonly right: NodeSums;
}

/** A gain below this share of the loss is what rounding leaves of nothing. */
const ROUNDING = 1e-12;

/** A value, or the bound it passes. Written out, since Math.min and Math.max cost as much as the rest of a cut. */
function keepWithin(value: number, { lowest, highest }: NodeSums): number {
  return value < lowest ? lowest : value > highest ? highest : value;
}

/** The output (log-odds, before the learning rate) that lowers the loss most within the bounds: a Newton step. */
export function computeOutput(sums: NodeSums, l2: number): number {
  return keepWithin(-sums.gradient / (sums.hessian + l2), sums);
}

/** Twice what an output takes off the loss, by the loss's second-order expansion. */
function computeDrop(sums: NodeSums, l2: number): number {
  const output = computeOutput(sums, l2);
  return -(2 * sums.gradient * output + (sums.hessian + l2) * output * output);
}

/**
 * The bounds of the two children of a split. On a column with a direction both keep to their side of the middle of their
 * outputs, which all that grows below them inherits: no later split can turn the direction round.
 */
function boundChildren(split: Split, rules: SplitRules): Split {
  const direction = rules.monotone[split.column] ?? 0;
  if (direction === 0) return split;
  const middle = (computeOutput(split.left, rules.l2) + computeOutput(split.right, rules.l2)) / 2;
  const lower = { highest: Math.min(middle, split.left.highest) };
  const upper = { lowest: Math.max(middle, split.left.lowest) };
  return {
    ...split,
    left: { ...split.left, ...(direction > 0 ? lower : upper) },
    right: { ...split.right, ...(direction > 0 ? upper : lower) },
  };
}

/** The place of the best cut so far; kept by one object, since a search compares thousands. */
interface Best {
  gain: number;
  column: number;
  bin: number;
  isMissingLeft: boolean;
  gradient: number;
  hessian: number;
  rows: number;
}

/** Takes the cut with these sums on its left if it is allowed and better than the best so far. */
function considerCut(best: Best, cut: Best, { node, rules }: Search): void {
  const rightRows = node.rows - cut.rows;
  const rightHessian = node.hessian - cut.hessian;
  if (cut.rows < rules.minLeafRows || rightRows < rules.minLeafRows) return;
  if (cut.hessian < rules.minLeafHessian || rightHessian < rules.minLeafHessian) return;
  const { l2 } = rules;
  const rightGradient = node.gradient - cut.gradient;
  const left = keepWithin(-cut.gradient / (cut.hessian + l2), node);
  const right = keepWithin(-rightGradient / (rightHessian + l2), node);
  const direction = rules.monotone[cut.column] as number;
  if (direction * left > direction * right) return;
  const gain =
    -(2 * cut.gradient * left + (cut.hessian + l2) * left * left) -
    (2 * rightGradient * right + (rightHessian + l2) * right * right);
  if (!(gain > best.gain)) return;
  best.gain = gain;
  best.column = cut.column;
  best.bin = cut.bin;
  best.isMissingLeft = cut.isMissingLeft;
  best.gradient = cut.gradient;
  best.hessian = cut.hessian;
  best.rows = cut.rows;
}

/** Goes through the cuts of one column from the lowest up, with its missing values right, then left. */
function searchColumn(
  best: Best,
  place: { readonly histogram: Histogram; readonly column: number; readonly bins: ColumnBins },
  search: Search,
): void {
  const { histogram, column, bins } = place;
  const { node, rowMark } = search;
  const start = SUMS * SLOTS * column;
  const missing = start + SUMS * bins.missingBin;
  const missingGradient = histogram[missing] as number;
  const missingSum = histogram[missing + 1] as number;
  const missingRows = Math.floor(missingSum / rowMark);
  const cut = { gain: 0, column, bin: 0, isMissingLeft: false, gradient: 0, hessian: 0, rows: 0 };
  let [gradient, sum] = [0, 0];
  // The last bin of values is a cut only where something is missing: then it is all values against none.
  const end = missingRows > 0 ? bins.missingBin : bins.missingBin - 1;
  for (let bin = 0; bin < end; bin += 1) {
    const binSum = histogram[start + SUMS * bin + 1] as number;
    // A cut above an empty bin is the cut below it, which stands.
    if (binSum === 0) continue;
    gradient += histogram[start + SUMS * bin] as number;
    sum += binSum;
    cut.bin = bin;
    cut.gradient = gradient;
    cut.rows = Math.floor(sum / rowMark);
    cut.hessian = sum - cut.rows * rowMark;
    // Without missing values to learn from, one that comes later goes with the greater part.
    cut.isMissingLeft = missingRows === 0 && 2 * cut.rows >= node.rows;
    considerCut(best, cut, search);
    if (missingRows === 0) continue;
    cut.gradient = gradient + missingGradient;
    cut.rows += missingRows;
    cut.hessian = sum + missingSum - cut.rows * rowMark;
    cut.isMissingLeft = true;
    considerCut(best, cut, search);
  }
}

/**
 * The cut of a node that lowers the loss most, or null where none is allowed or none gains. Of equal ones the lowest column
 * wins, then the lowest threshold, then missing values on the right.
 */
export function findSplit(
  histogram: Histogram,
  columns: readonly ColumnBins[],
  search: Search,
): Split | null {
  const { node, rules } = search;
  const drop = computeDrop(node, rules.l2);
  const best = {
    gain: drop + rules.minGain + ROUNDING * Math.abs(drop),
    column: -1,
    bin: 0,
    isMissingLeft: false,
    gradient: 0,
    hessian: 0,
    rows: 0,
  };
  for (const [column, bins] of columns.entries()) searchColumn(best, { histogram, column, bins }, search);
  if (best.column < 0) return null;
  const { gradient, hessian, rows } = best;
  const split: Split = {
    column: best.column,
    bin: best.bin,
    isMissingLeft: best.isMissingLeft,
    gain: best.gain - drop,
    left: { ...node, gradient, hessian, rows },
    right: {
      ...node,
      gradient: node.gradient - gradient,
      hessian: node.hessian - hessian,
      rows: node.rows - rows,
    },
  };
  return boundChildren(split, rules);
}
