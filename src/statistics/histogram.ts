import type { BinnedFrame } from './bin-columns.ts';

/** Bins kept for every column, used or not, so that the place of a bin is found by shifts. */
export const SLOTS = 256;
/** Numbers kept for a bin: the sum of gradients, that of hessians, the number of rows, and one unused. */
export const SUMS = 4;

/** Gradient and hessian of every row, one after the other; single precision holds them exactly, since they are rounded. */
export type Gradients = Float32Array;

/** The sums of every bin of every column: those of bin `b` of column `c` start at `SUMS * (SLOTS * c + b)`. */
export type Histogram = Float64Array;

/** The numbers a histogram of a frame takes. */
export function measureHistogram(frame: BinnedFrame): number {
  return SUMS * SLOTS * 4 * frame.wordsPerRow;
}

/**
 * Adds up the rows listed in `rows` from `begin` to `end`. This is where training spends its time: a row's bins are read four
 * at a time, each goes straight into its sums, and places are put together from bits, which is cheaper than multiplying.
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
  const { words, wordsPerRow } = frame;
  histogram.fill(0);
  for (let place = begin; place < end; place += 1) {
    const row = rows[place] as number;
    const gradient = gradients[2 * row] as number;
    const hessian = gradients[2 * row + 1] as number;
    const first = row * wordsPerRow;
    for (let word = 0; word < wordsPerRow; word += 1) {
      const four = words[first + word] as number;
      const base = word << 12;
      const a = base | ((four & 255) << 2);
      const b = base | 1024 | ((four >>> 6) & 1020);
      const c = base | 2048 | ((four >>> 14) & 1020);
      const d = base | 3072 | ((four >>> 22) & 1020);
      histogram[a] = (histogram[a] as number) + gradient;
      histogram[a | 1] = (histogram[a | 1] as number) + hessian;
      histogram[a | 2] = (histogram[a | 2] as number) + 1;
      histogram[b] = (histogram[b] as number) + gradient;
      histogram[b | 1] = (histogram[b | 1] as number) + hessian;
      histogram[b | 2] = (histogram[b | 2] as number) + 1;
      histogram[c] = (histogram[c] as number) + gradient;
      histogram[c | 1] = (histogram[c | 1] as number) + hessian;
      histogram[c | 2] = (histogram[c | 2] as number) + 1;
      histogram[d] = (histogram[d] as number) + gradient;
      histogram[d | 1] = (histogram[d | 1] as number) + hessian;
      histogram[d | 2] = (histogram[d | 2] as number) + 1;
    }
  }
}

/** Takes the sums of one child from those of its parent, which leaves the other child's. */
export function subtractHistogram(parent: Histogram, child: Histogram): void {
  for (let place = 0; place < parent.length; place += 1)
    parent[place] = (parent[place] as number) - (child[place] as number);
}
