import type { Frame } from './frame.ts';
import { addShares, listLeafPaths, openPath, type TreePath } from './leaf-paths.ts';
import { pickColumns } from './pick-columns.ts';
import { BLOCK, buildSlot, writeValue } from './row-slots.ts';
import type { Tree, TreeEnsemble } from './tree-ensemble.ts';
import { type Bush, buildTreePlan, openShareRoom, type Trunk } from './tree-plan.ts';

/** What each feature adds to each row's margin. */
export interface Explanation {
  /** The mean margin over the training rows, by the covers of the trees, in log-odds. */
  readonly base: number;
  /** Rows × features, row after row, in log-odds: the base and a row's contributions add up to its margin. */
  readonly contributions: Float64Array;
}

/**
 * Some rows that are explained together, column by column: what belongs to row `r` in the column `c` stands at
 * `BLOCK * c + r`. Every step is then one short loop over neighbouring numbers.
 */
interface Block {
  readonly count: number;
  /** Per slot, see {@link buildSlot}: the value that a split compares. */
  readonly slots: Float64Array;
  /** Per split and then per leaf of a tree: a bit per feature of the way there, set where the row follows it. */
  readonly masks: Int32Array;
  /** Per feature. */
  readonly contributions: Float64Array;
}

/** The masks of all that is below the splits above the bushes. */
function fillMasks({ splits, slots, thresholds, places, bits }: Trunk, block: Block): void {
  const { masks, count } = block;
  // The way to the root has no features yet.
  masks.fill(0, 0, count);
  for (let step = 0; step < splits.length; step += 1) {
    const own = BLOCK * (splits[step] as number);
    const left = BLOCK * (places[2 * step] as number);
    const right = BLOCK * (places[2 * step + 1] as number);
    const slot = BLOCK * (slots[step] as number);
    const threshold = thresholds[step] as number;
    const added = bits[2 * step] as number;
    const bit = bits[2 * step + 1] as number;
    for (let row = 0; row < count; row += 1) {
      const isRight = +((block.slots[slot + row] as number) > threshold);
      const whole = (masks[own + row] as number) | added;
      const lost = whole & bit;
      masks[left + row] = whole - lost * isRight;
      masks[right + row] = whole - lost * (1 - isRight);
    }
  }
}

/** Adds, from `own` on, the bit of every row that goes right at a split to its mask. Four rows at a time, see {@link addSums}. */
function addBits(
  { masks, slots, count }: Block,
  own: number,
  split: { readonly slot: number; readonly threshold: number; readonly bit: number },
): void {
  const { slot, threshold, bit } = split;
  for (let row = 0; row < count; row += 4) {
    const [mask, value] = [own + row, slot + row];
    masks[mask] = (masks[mask] as number) | (+((slots[value] as number) > threshold) << bit);
    masks[mask + 1] = (masks[mask + 1] as number) | (+((slots[value + 1] as number) > threshold) << bit);
    masks[mask + 2] = (masks[mask + 2] as number) | (+((slots[value + 2] as number) > threshold) << bit);
    masks[mask + 3] = (masks[mask + 3] as number) | (+((slots[value + 3] as number) > threshold) << bit);
  }
}

/**
 * Looks up what the patterns from `own` on add to the feature whose contributions begin at `column`. The arrays are looked at anew
 * in every turn of a loop, which costs more than the adding: so four rows share a turn. A block is a multiple of four rows, those
 * beyond the last are never read.
 */
function addSums(
  { masks, contributions, count }: Block,
  own: number,
  { sums, column }: { readonly sums: Float64Array; readonly column: number },
): void {
  for (let row = 0; row < count; row += 4) {
    const [mask, place] = [own + row, column + row];
    const first = sums[masks[mask] as number] as number;
    const second = sums[masks[mask + 1] as number] as number;
    const third = sums[masks[mask + 2] as number] as number;
    const fourth = sums[masks[mask + 3] as number] as number;
    contributions[place] = (contributions[place] as number) + first;
    contributions[place + 1] = (contributions[place + 1] as number) + second;
    contributions[place + 2] = (contributions[place + 2] as number) + third;
    contributions[place + 3] = (contributions[place + 3] as number) + fourth;
  }
}

/** Makes the masks of a bush whole patterns, and looks up what they add to each of its features. */
function addBush(bush: Bush, block: Block): void {
  const own = BLOCK * bush.place;
  for (let split = 0; split < bush.slots.length; split += 1)
    addBits(block, own, {
      slot: BLOCK * (bush.slots[split] as number),
      threshold: bush.thresholds[split] as number,
      bit: bush.entries + split,
    });
  for (let place = 0; place < bush.features.length; place += 1)
    addSums(block, own, {
      sums: bush.sums[place] as Float64Array,
      column: BLOCK * (bush.features[place] as number),
    });
}

/** The contributions of the leaf at the end of a long path, reckoned for each row alone. */
function addLongPath(path: TreePath, tree: Tree, { slots, contributions, count }: Block): void {
  const { node, features, covers } = path;
  const room = openShareRoom(tree);
  const value = tree.leafValue[~node] ?? 0;
  for (let row = 0; row < count; row += 1) {
    const follows = new Uint8Array(features.length).fill(1);
    for (const { split, entry, isLeft } of path.turns) {
      const slot = buildSlot(tree.feature[split] ?? 0, tree.missingLeft[split] === true);
      const isRight = (slots[BLOCK * slot + row] as number) > (tree.threshold[split] ?? 0);
      if (isRight === isLeft) follows[entry] = 0;
    }
    const shares = new Float64Array(features.length);
    addShares(shares, { start: 0, value, covers, follows }, room);
    for (const [entry, feature] of features.entries()) {
      const place = BLOCK * feature + row;
      contributions[place] = (contributions[place] as number) + (shares[entry] as number);
    }
  }
}

function writeSlots(columns: readonly Float64Array[], start: number, { slots, count }: Block): void {
  for (const [place, column] of columns.entries()) {
    for (let row = 0; row < count; row += 1) {
      const slot = BLOCK * buildSlot(place, false) + row;
      writeValue(slots, { high: slot, low: slot + BLOCK }, column[start + row] as number);
    }
  }
}

/** The mean of a tree's leaves, weighted as its splits share their rows out. */
function computeMean(tree: Tree): number {
  return listLeafPaths(tree, openPath(tree)).reduce(
    (sum, { node, covers }) =>
      sum + covers.reduce((product, cover) => product * cover, tree.leafValue[~node] ?? 0),
    0,
  );
}

/**
 * SHAP values of every row: exact, by the trees' own covers (path-dependent), in log-odds. The base and a row's contributions
 * add up to what {@link predictMargins} gives, but for rounding.
 *
 * What a leaf adds depends on the row only by which features of its path the row follows, so it is worked out once for every
 * such pattern and then looked up (the idea of Yang, "Fast TreeSHAP", 2021), here for a few neighbouring leaves at once.
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
  const plans = ensemble.trees.map((tree) => buildTreePlan(tree, frame.rows));
  const nodes = plans.reduce((most, { tree }) => Math.max(most, 2 * tree.leafValue.length), 0);
  const room = {
    slots: new Float64Array(2 * width * BLOCK),
    masks: new Int32Array(nodes * BLOCK),
    contributions: new Float64Array(width * BLOCK),
  };
  for (let start = 0; start < frame.rows; start += BLOCK) {
    const block = { ...room, count: Math.min(BLOCK, frame.rows - start) };
    writeSlots(columns, start, block);
    room.contributions.fill(0);
    for (const { tree, trunk, bushes, longPaths } of plans) {
      fillMasks(trunk, block);
      for (const bush of bushes) addBush(bush, block);
      for (const path of longPaths) addLongPath(path, tree, block);
    }
    for (let row = 0; row < block.count; row += 1)
      for (let place = 0; place < width; place += 1)
        contributions[(start + row) * width + place] = room.contributions[BLOCK * place + row] as number;
  }
  const base = ensemble.trees.reduce((sum, tree) => sum + computeMean(tree), ensemble.bias);
  return { base, contributions };
}
