import type { Frame } from './frame.ts';
import { addShares, listLeafPaths, openPath, type ShareRoom } from './leaf-paths.ts';
import { pickColumns } from './pick-columns.ts';
import { BLOCK, openSlots, writeSlots } from './row-slots.ts';
import type { Tree, TreeEnsemble } from './tree-ensemble.ts';
import { type Bushes, buildTreePlan, openShareRoom, type TreePlan, type Trunk } from './tree-plan.ts';

/** What each feature adds to each row's margin. */
export interface Explanation {
  /** The mean margin over the training rows, by the covers of the trees, in log-odds. */
  readonly base: number;
  /** Rows × features, row after row, in log-odds: the base and a row's contributions add up to its margin. */
  readonly contributions: Float64Array;
}

/** A row of a block: its values from `first` on in the slots, its contributions from `start` on. */
interface RowPlace {
  readonly slots: Float64Array;
  readonly contributions: Float64Array;
  first: number;
  start: number;
}

/** Where a row is in a tree. */
interface RowState {
  /** Per split and then per leaf: a bit per feature of the way there, set where the row follows it. */
  readonly masks: Int32Array;
  /** Per split: 1 where the row goes right. */
  readonly turns: Uint8Array;
}

/** Fills in which way the row goes at the splits above the bushes, and the masks of what is below them. */
function descend(trunk: Trunk, row: RowPlace, { masks, turns }: RowState): void {
  const { splits, slots, thresholds, places, bits } = trunk;
  for (let step = 0; step < splits.length; step += 1) {
    const split = splits[step] as number;
    const value = row.slots[row.first + (slots[step] as number)] as number;
    const isRight = +(value > (thresholds[step] as number));
    turns[split] = isRight;
    const whole = (masks[split] as number) | (bits[2 * step] as number);
    const lost = whole & (bits[2 * step + 1] as number);
    masks[places[2 * step] as number] = whole - lost * isRight;
    masks[places[2 * step + 1] as number] = whole - lost * (1 - isRight);
  }
}

/** Looks up what every bush adds for the pattern of the row. */
function addBushes({ program, thresholds, sums }: Bushes, row: RowPlace, masks: Int32Array): void {
  const { slots, contributions, first, start } = row;
  let [at, threshold, table] = [0, 0, 0];
  while (at < program.length) {
    let bit = program[at + 1] as number;
    let pattern = masks[program[at] as number] as number;
    const splitsEnd = at + 4 + (program[at + 2] as number);
    const width = program[at + 3] as number;
    for (at += 4; at < splitsEnd; at += 1) {
      const value = slots[first + (program[at] as number)] as number;
      pattern |= +(value > (thresholds[threshold] as number)) << bit;
      threshold += 1;
      bit += 1;
    }
    let place = table + pattern * width;
    for (const featuresEnd = at + width; at < featuresEnd; at += 1) {
      const sum = start + (program[at] as number);
      contributions[sum] = (contributions[sum] as number) + (sums[place] as number);
      place += 1;
    }
    table += width << bit;
  }
}

/** The contributions of leaves at the end of long paths, each reckoned for this row alone. */
function addLongPaths({ tree, longPaths }: TreePlan, row: RowPlace, turns: Uint8Array): void {
  const room: ShareRoom = openShareRoom(tree);
  for (const { node, features, covers, turns: way } of longPaths) {
    const follows = new Uint8Array(features.length).fill(1);
    for (const { split, entry, isLeft } of way) if ((turns[split] === 1) === isLeft) follows[entry] = 0;
    const shares = new Float64Array(features.length);
    addShares(shares, { start: 0, value: tree.leafValue[~node] ?? 0, covers, follows }, room);
    for (const [entry, feature] of features.entries()) {
      const sum = row.start + feature;
      row.contributions[sum] = (row.contributions[sum] as number) + (shares[entry] as number);
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
  const state = { masks: new Int32Array(nodes), turns: new Uint8Array(nodes) };
  const row: RowPlace = { slots: openSlots(width, BLOCK), contributions, first: 0, start: 0 };
  for (let start = 0; start < frame.rows; start += BLOCK) {
    const count = Math.min(BLOCK, frame.rows - start);
    writeSlots(row.slots, columns, { start, count });
    for (const plan of plans) {
      for (let place = 0; place < count; place += 1) {
        row.first = 2 * width * place;
        row.start = width * (start + place);
        // The way to the root has no features; the masks below it are written on the way down.
        state.masks[plan.trunk.splits[0] ?? 0] = 0;
        descend(plan.trunk, row, state);
        addBushes(plan.bushes, row, state.masks);
        if (plan.longPaths.length > 0) addLongPaths(plan, row, state.turns);
      }
    }
  }
  const base = ensemble.trees.reduce((sum, tree) => sum + computeMean(tree), ensemble.bias);
  return { base, contributions };
}
