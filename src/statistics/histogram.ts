import type { BinnedFrame } from './bin-columns.ts';

/** Bins kept for every column, used or not, so that the place of a bin is found by shifts. */
export const SLOTS = 256;
/** Numbers kept for a bin: the sum of gradients, and that of hessians with the number of rows in the same number. */
export const SUMS = 2;

/** Gradients and hessians of all rows. Both are whole multiples of a step, of which every sum is exact. */
export interface Gradients {
  /** Gradient and hessian of every row, one after the other; single precision holds them exactly, since they are rounded. */
  readonly values: Float32Array;
  /**
   * What a row adds to a sum of hessians so that it counts the rows as well: a power of two above the sum of all hessians. A
   * third number for each bin would make training a fifth slower.
   */
  readonly rowMark: number;
}

/** The sums of every bin of every column: those of bin `b` of column `c` start at `SUMS * (SLOTS * c + b)`. */
export type Histogram = Float64Array;

/** The numbers a histogram of a frame takes. */
export function measureHistogram(frame: BinnedFrame): number {
  return SUMS * SLOTS * 4 * frame.wordsPerRow;
}

/**
 * Adds up the rows listed in `rows` from `begin` to `end`. This is where training spends its time: two rows are taken at once and
 * their bins read four at a time, each goes straight into its sums, and places are put together from bits, which is cheaper
 * than multiplying.
 */
export function fillHistogram(
  histogram: Histogram,
  frame: BinnedFrame,
  part: {
    readonly rows: Int32Array;
    readonly begin: number;
    readonly end: number;
    readonly gradients: Gradients;
  },
): void {
  const { rows, begin, end, gradients } = part;
  const { values, rowMark } = gradients;
  const { words, wordsPerRow } = frame;
  histogram.fill(0);
  for (let place = begin; place < end; place += 2) {
    const row = rows[place] as number;
    const gradient = values[2 * row] as number;
    const hessian = (values[2 * row + 1] as number) + rowMark;
    // Beside the last of an odd number stands the row itself, with nothing to add.
    const isPair = place + 1 < end;
    const other = isPair ? (rows[place + 1] as number) : row;
    const otherGradient = isPair ? (values[2 * other] as number) : 0;
    const otherHessian = isPair ? (values[2 * other + 1] as number) + rowMark : 0;
    for (let word = 0; word < wordsPerRow; word += 1) {
      const base = word << 11;
      const four = words[row * wordsPerRow + word] as number;
      const a = base | ((four & 255) << 1);
      const b = base | 512 | ((four >>> 7) & 510);
      const c = base | 1024 | ((four >>> 15) & 510);
      const d = base | 1536 | ((four >>> 23) & 510);
      const otherFour = words[other * wordsPerRow + word] as number;
      const e = base | ((otherFour & 255) << 1);
      const f = base | 512 | ((otherFour >>> 7) & 510);
      const g = base | 1024 | ((otherFour >>> 15) & 510);
      const h = base | 1536 | ((otherFour >>> 23) & 510);
      histogram[a] = (histogram[a] as number) + gradient;
      histogram[a | 1] = (histogram[a | 1] as number) + hessian;
      histogram[b] = (histogram[b] as number) + gradient;
      histogram[b | 1] = (histogram[b | 1] as number) + hessian;
      histogram[c] = (histogram[c] as number) + gradient;
      histogram[c | 1] = (histogram[c | 1] as number) + hessian;
      histogram[d] = (histogram[d] as number) + gradient;
      histogram[d | 1] = (histogram[d | 1] as number) + hessian;
      histogram[e] = (histogram[e] as number) + otherGradient;
      histogram[e | 1] = (histogram[e | 1] as number) + otherHessian;
      histogram[f] = (histogram[f] as number) + otherGradient;
      histogram[f | 1] = (histogram[f | 1] as number) + otherHessian;
      histogram[g] = (histogram[g] as number) + otherGradient;
      histogram[g | 1] = (histogram[g | 1] as number) + otherHessian;
      histogram[h] = (histogram[h] as number) + otherGradient;
      histogram[h | 1] = (histogram[h | 1] as number) + otherHessian;
    }
  }
}

/** Takes the sums of one child from those of its parent, which leaves the other child's. */
export function subtractHistogram(parent: Histogram, child: Histogram): void {
  for (let place = 0; place < parent.length; place += 1)
    parent[place] = (parent[place] as number) - (child[place] as number);
}
