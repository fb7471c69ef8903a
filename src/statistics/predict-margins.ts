import type { Frame } from './frame.ts';
import { pickColumns } from './pick-columns.ts';
import { BLOCK, buildSlot, writeValue } from './row-slots.ts';
import type { Tree, TreeEnsemble } from './tree-ensemble.ts';

/**
 * All trees in one run of memory, sixteen bytes a node: a double, then two whole numbers. Of a split these are its threshold,
 * the slot of the value it looks at and its left child, with the right one next to it; of a leaf its value, 0 and -1.
 */
interface FlatTrees {
  readonly roots: Int32Array;
  readonly doubles: Float64Array;
  /** The same memory: of node n, the slot is at 4 n + 2 and the left child at 4 n + 3. */
  readonly integers: Int32Array;
}

const flatForms = new WeakMap<TreeEnsemble, FlatTrees>();

/** Writes a tree level by level from `root` on. Returns the first place after it. */
function writeTree(tree: Tree, root: number, { doubles, integers }: Omit<FlatTrees, 'roots'>): number {
  const level = [{ child: tree.feature.length > 0 ? 0 : ~0, node: root }];
  let next = root + 1;
  for (const { child, node } of level) {
    if (child < 0) {
      doubles[2 * node] = tree.leafValue[~child] ?? 0;
      integers[4 * node + 3] = -1;
      continue;
    }
    doubles[2 * node] = tree.threshold[child] ?? 0;
    integers[4 * node + 2] = buildSlot(tree.feature[child] ?? 0, tree.missingLeft[child] === true);
    integers[4 * node + 3] = next;
    level.push(
      { child: tree.left[child] ?? 0, node: next },
      { child: tree.right[child] ?? 0, node: next + 1 },
    );
    next += 2;
  }
  return next;
}

function flattenTrees(trees: readonly Tree[]): FlatTrees {
  const nodes = trees.reduce((sum, tree) => sum + tree.feature.length + tree.leafValue.length, 0);
  const doubles = new Float64Array(2 * nodes);
  const integers = new Int32Array(doubles.buffer);
  const roots = new Int32Array(trees.length);
  let next = 0;
  for (const [place, tree] of trees.entries()) {
    roots[place] = next;
    next = writeTree(tree, next, { doubles, integers });
  }
  return { roots, doubles, integers };
}

/** An ensemble is data that never changes, so its flat form is made once. */
function findFlatForm(ensemble: TreeEnsemble): FlatTrees {
  const known = flatForms.get(ensemble);
  if (known !== undefined) return known;
  const flat = flattenTrees(ensemble.trees);
  flatForms.set(ensemble, flat);
  return flat;
}

/** Adds the leaves of the first `count` rows of a block to their margins, which stand from `start` on. */
function addLeaves(
  { roots, doubles, integers }: FlatTrees,
  block: { readonly slots: Float64Array; readonly width: number; readonly count: number },
  { margins, start }: { readonly margins: Float64Array; readonly start: number },
): void {
  const { slots, width, count } = block;
  for (let tree = 0; tree < roots.length; tree += 1) {
    const root = roots[tree] as number;
    for (let row = 0; row < count; row += 1) {
      const first = row * width;
      let node = root;
      let left = integers[4 * node + 3] as number;
      while (left >= 0) {
        const value = slots[first + (integers[4 * node + 2] as number)] as number;
        // A comparison made a number is no branch, and half of these branches would be guessed wrong.
        node = left + +(value > (doubles[2 * node] as number));
        left = integers[4 * node + 3] as number;
      }
      margins[start + row] = (margins[start + row] as number) + (doubles[2 * node] as number);
    }
  }
}

/**
 * The margin (log-odds) of one row, whose values stand in the order of the ensemble's features; NaN is missing. The first
 * call for an ensemble prepares it, later ones take microseconds.
 *
 * @example
 * predictMargin(ensemble, Float64Array.of(12, Number.NaN)); // -1.73
 */
export function predictMargin(ensemble: TreeEnsemble, row: Float64Array): number {
  const slots = new Float64Array(2 * row.length);
  for (let place = 0; place < row.length; place += 1)
    writeValue(slots, { high: 2 * place, low: 2 * place + 1 }, row[place] as number);
  const margins = Float64Array.of(ensemble.bias);
  addLeaves(findFlatForm(ensemble), { slots, width: slots.length, count: 1 }, { margins, start: 0 });
  return margins[0] as number;
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
  const flat = findFlatForm(ensemble);
  const width = 2 * columns.length;
  const slots = new Float64Array(width * BLOCK);
  const margins = new Float64Array(frame.rows).fill(ensemble.bias);
  for (let start = 0; start < frame.rows; start += BLOCK) {
    const count = Math.min(BLOCK, frame.rows - start);
    for (const [place, column] of columns.entries()) {
      for (let row = 0; row < count; row += 1) {
        const high = row * width + 2 * place;
        writeValue(slots, { high, low: high + 1 }, column[start + row] as number);
      }
    }
    addLeaves(flat, { slots, width, count }, { margins, start });
  }
  return margins;
}
