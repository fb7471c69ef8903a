import { TenureError } from '../base/index.ts';
import { binColumns } from './bin-columns.ts';
import type { Frame } from './frame.ts';
import { type GrowthRules, growTree, openGround } from './grow-tree.ts';
import type { Gradients } from './histogram.ts';
import type { Tree, TreeEnsemble } from './tree-ensemble.ts';

/** How trees are trained. */
export interface BoostOptions {
  /** At most so many; fewer when nothing is left to gain. */
  readonly trees: number;
  /** The share of each tree's output that is kept, above 0 and at most 1. */
  readonly learningRate: number;
  /** Splits between the root and a leaf, at most. */
  readonly depth: number;
  /** Leaves of a tree, at most; as many as the depth allows unless given. */
  readonly leaves?: number;
  /** Bins of values per column, from 2 to 255; 255 unless given. */
  readonly bins?: number;
  /** Rows in a leaf, at least. */
  readonly minLeafRows: number;
  /** Sum of p (1 - p) in a leaf, at least. */
  readonly minLeafHessian: number;
  /** Added to the hessian of every leaf, which pulls its output towards 0. */
  readonly l2: number;
  /** A split that gains less is not made; 0 unless given. */
  readonly minGain?: number;
  /** Per column: 1 where the margin may only rise with it, -1 where it may only fall, 0 where it is free. */
  readonly monotone?: readonly (-1 | 0 | 1)[];
  /** Per row; 1 each unless given. */
  readonly weights?: Float64Array;
}

/** Bits that a number keeps. */
const [PRECISION, SINGLE_PRECISION] = [52, 23];

type Labels = Uint8Array | Float64Array;

const BINS = 255;
/** The bias of labels that are all alike stays finite. */
const LEAST_SHARE = 1e-15;

function listProblems(frame: Frame, labels: Labels, options: BoostOptions): readonly string[] {
  const { bins = BINS, monotone, weights, learningRate, trees, depth } = options;
  const isInfinite = (value: number) => Math.abs(value) === Number.POSITIVE_INFINITY;
  const infinite = frame.names.find((_, place) => frame.columns[place]?.some(isInfinite) === true);
  return [
    frame.rows === 0 || frame.columns.length === 0 ? 'there are no rows or no columns' : null,
    labels.length !== frame.rows ? `${labels.length} labels for ${frame.rows} rows` : null,
    labels.some((label) => !(label >= 0 && label <= 1)) ? 'a label is not between 0 and 1' : null,
    infinite === undefined ? null : `the column ${infinite} holds an infinite value`,
    weights !== undefined && weights.length !== frame.rows ? `${weights.length} weights` : null,
    weights?.some((weight) => !(weight >= 0) || isInfinite(weight)) === true ? 'a weight is below 0' : null,
    weights?.every((weight) => weight === 0) === true ? 'all weights are 0' : null,
    bins >= 2 && bins <= BINS ? null : `${bins} bins`,
    monotone !== undefined && monotone.length !== frame.columns.length
      ? `${monotone.length} directions`
      : null,
    learningRate > 0 && learningRate <= 1 ? null : `a learning rate of ${learningRate}`,
    trees >= 0 && depth >= 1 ? null : `${trees} trees of depth ${depth}`,
  ].filter((problem) => problem !== null);
}

function buildRules(frame: Frame, options: BoostOptions): GrowthRules {
  return {
    depth: options.depth,
    leaves: options.leaves ?? 2 ** options.depth,
    learningRate: options.learningRate,
    minLeafRows: Math.max(1, options.minLeafRows),
    minLeafHessian: options.minLeafHessian,
    l2: options.l2,
    minGain: options.minGain ?? 0,
    monotone: options.monotone ?? frame.columns.map(() => 0),
  };
}

function sumValues(values: ArrayLike<number>, weights: Float64Array): number {
  let sum = 0;
  for (let row = 0; row < values.length; row += 1) sum += (values[row] as number) * (weights[row] as number);
  return sum;
}

/** What training reads and changes from tree to tree. */
interface Progress {
  readonly labels: Labels;
  readonly weights: Float64Array;
  readonly margins: Float64Array;
  readonly gradients: Gradients;
}

/** A number which, added to another and taken away again, leaves it rounded to whole multiples of a step, a power of two. */
function buildRounder(step: number): number {
  return 1.5 * 2 ** PRECISION * step;
}

function findPowerAbove(value: number): number {
  return 2 ** Math.ceil(Math.log2(value));
}

/**
 * Gradient p - y and hessian p (1 - p) of the log loss, rounded to whole multiples of a step, so that any sum of them is exact.
 * Sums then depend on no order, and one histogram less another is what adding up would have given, to the last bit.
 *
 * The step is 2^-23 of the greatest weight. Since a sum of hessians counts the rows too, that of hessians grows with the square of
 * the rows; it is 2^-17 for 200,000 rows and 2^-13 for a million. A hessian is one step at least, so that none gets lost.
 */
function fillGradients({ labels, weights, margins, gradients }: Progress, greatestWeight: number): void {
  const { values, rowMark } = gradients;
  const step = findPowerAbove(greatestWeight) * 2 ** -SINGLE_PRECISION;
  const hessianStep = Math.max(step, findPowerAbove(margins.length * rowMark) * 2 ** -PRECISION);
  const [rounder, hessianRounder] = [buildRounder(step), buildRounder(hessianStep)];
  for (let row = 0; row < margins.length; row += 1) {
    const probability = 1 / (1 + Math.exp(-(margins[row] as number)));
    const weight = weights[row] as number;
    const hessian = weight * probability * (1 - probability) + hessianRounder - hessianRounder;
    values[2 * row] = weight * (probability - (labels[row] as number)) + rounder - rounder;
    values[2 * row + 1] = hessian === 0 && weight > 0 ? hessianStep : hessian;
  }
}

/**
 * Trains gradient-boosted trees for a label of 0 or 1 (or a share between) by log loss: histograms, leaf by leaf within the
 * depth, missing values sent where they lower the loss, directions kept exactly. The same input gives the same trees on any
 * machine; nothing is left to chance. A training in which no split gains ends with the trees it has.
 *
 * A column's direction is kept by bounds: after a split on it, all below its left stays on one side of the middle of the two
 * outputs and all below its right on the other.
 *
 * @throws TRAINING_INVALID when rows, labels, weights or options do not fit together.
 * @example
 * const ensemble = boostTrees(frame, Uint8Array.of(0, 1, 1, 0), {
 *   trees: 200, learningRate: 0.05, depth: 5, minLeafRows: 20, minLeafHessian: 1e-3, l2: 1,
 * });
 * predictMargins(ensemble, frame); // log-odds
 */
export function boostTrees(frame: Frame, labels: Labels, options: BoostOptions): TreeEnsemble {
  const [problem] = listProblems(frame, labels, options);
  if (problem !== undefined) throw new TenureError('TRAINING_INVALID', { problem });
  const rules = buildRules(frame, options);
  const weights = options.weights ?? new Float64Array(frame.rows).fill(1);
  const allWeight = sumValues(new Uint8Array(frame.rows).fill(1), weights);
  const greatestWeight = weights.reduce((most, weight) => Math.max(most, weight), 0);
  const share = sumValues(labels, weights) / allWeight;
  const bounded = Math.min(Math.max(share, LEAST_SHARE), 1 - LEAST_SHARE);
  const bias = Math.log(bounded / (1 - bounded));
  const margins = new Float64Array(frame.rows).fill(bias);
  // No hessian is above a quarter of its weight but by rounding.
  const rowMark = findPowerAbove(greatestWeight * frame.rows) / 2;
  const gradients = { values: new Float32Array(2 * frame.rows), rowMark };
  const progress: Progress = { labels, weights, margins, gradients };
  const ground = openGround(binColumns(frame, options.bins ?? BINS));
  const trees: Tree[] = [];
  for (let round = 0; round < options.trees; round += 1) {
    fillGradients(progress, greatestWeight);
    const { tree, leaves } = growTree(ground, gradients, rules);
    if (tree.feature.length === 0) break;
    trees.push(tree);
    for (const [leaf, { begin, end }] of leaves.entries()) {
      const value = tree.leafValue[leaf] as number;
      for (let place = begin; place < end; place += 1) {
        const row = ground.rows[place] as number;
        margins[row] = (margins[row] as number) + value;
      }
    }
  }
  return { features: frame.names, bias, trees };
}
