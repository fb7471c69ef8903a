import type { Frame } from './frame.ts';
import { pickColumns } from './pick-columns.ts';
import type { Tree, TreeEnsemble } from './tree-ensemble.ts';

/** All trees in one run of numbers: following a row touches three short arrays and no objects. */
interface FlatTrees {
  /** Per tree: its root, a node or `~leaf`. */
  readonly roots: Int32Array;
  /** Per node: twice the place of its feature, and 1 more where a missing value goes left. */
  readonly tests: Int32Array;
  readonly thresholds: Float64Array;
  /** Per node: where its left child is, then its right one. */
  readonly children: Int32Array;
  readonly leaves: Float64Array;
}

const flatForms = new WeakMap<TreeEnsemble, FlatTrees>();

function flattenTrees(trees: readonly Tree[]): FlatTrees {
  const nodeCount = trees.reduce((sum, tree) => sum + tree.feature.length, 0);
  const leaves = Float64Array.from(trees.flatMap((tree) => tree.leafValue));
  const tests = new Int32Array(nodeCount);
  const thresholds = new Float64Array(nodeCount);
  const children = new Int32Array(2 * nodeCount);
  const roots = new Int32Array(trees.length);
  let [node, leaf] = [0, 0];
  for (const [place, tree] of trees.entries()) {
    const [firstNode, firstLeaf] = [node, leaf];
    const locate = (child: number) => (child >= 0 ? firstNode + child : ~(firstLeaf + ~child));
    roots[place] = tree.feature.length > 0 ? firstNode : ~firstLeaf;
    for (let split = 0; split < tree.feature.length; split += 1) {
      tests[node] = 2 * (tree.feature[split] ?? 0) + (tree.missingLeft[split] === true ? 1 : 0);
      thresholds[node] = tree.threshold[split] ?? 0;
      children[2 * node] = locate(tree.left[split] ?? 0);
      children[2 * node + 1] = locate(tree.right[split] ?? 0);
      node += 1;
    }
    leaf += tree.leafValue.length;
  }
  return { roots, tests, thresholds, children, leaves };
}

/** An ensemble is data that never changes, so its flat form is made once. */
function findFlatForm(ensemble: TreeEnsemble): FlatTrees {
  const known = flatForms.get(ensemble);
  if (known !== undefined) return known;
  const flat = flattenTrees(ensemble.trees);
  flatForms.set(ensemble, flat);
  return flat;
}

/**
 * The margin (log-odds) of one row, whose values stand in the order of the ensemble's features; NaN is missing. The first
 * call for an ensemble prepares it, later ones take microseconds.
 *
 * @example
 * predictMargin(ensemble, Float64Array.of(12, Number.NaN)); // -1.73
 */
export function predictMargin(ensemble: TreeEnsemble, row: Float64Array): number {
  const { roots, tests, thresholds, children, leaves } = findFlatForm(ensemble);
  let margin = ensemble.bias;
  for (let tree = 0; tree < roots.length; tree += 1) {
    let node = roots[tree] as number;
    while (node >= 0) {
      const test = tests[node] as number;
      const value = row[test >> 1] as number;
      const isLeft = value <= (thresholds[node] as number) || (Number.isNaN(value) && (test & 1) === 1);
      node = children[2 * node + (isLeft ? 0 : 1)] as number;
    }
    margin += leaves[~node] as number;
  }
  return margin;
}

/**
 * The margins (log-odds) of all rows of a frame, its columns found by name. Equal to the last bit to {@link predictMargin}
 * row by row.
 *
 * @throws MODEL_COLUMN_MISSING when the frame lacks a feature.
 * @example
 * predictMargins(ensemble, { names: ['logins'], columns: [Float64Array.of(3, 40)], rows: 2 }); // [0.4, -2.1]
 */
export function predictMargins(ensemble: TreeEnsemble, frame: Frame): Float64Array {
  const columns = pickColumns(frame, ensemble.features);
  const { roots, tests, thresholds, children, leaves } = findFlatForm(ensemble);
  const margins = new Float64Array(frame.rows).fill(ensemble.bias);
  for (const root of roots) {
    for (let row = 0; row < frame.rows; row += 1) {
      let node = root;
      while (node >= 0) {
        const test = tests[node] as number;
        const value = (columns[test >> 1] as Float64Array)[row] as number;
        const isLeft = value <= (thresholds[node] as number) || (Number.isNaN(value) && (test & 1) === 1);
        node = children[2 * node + (isLeft ? 0 : 1)] as number;
      }
      margins[row] = (margins[row] as number) + (leaves[~node] as number);
    }
  }
  return margins;
}
