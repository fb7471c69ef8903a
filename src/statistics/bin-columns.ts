import type { Frame } from './frame.ts';

/** How one column is cut: bin `b` holds the values above `thresholds[b - 1]` and at most `thresholds[b]`. */
export interface ColumnBins {
  /** One fewer than there are bins of values. */
  readonly thresholds: Float64Array;
  /** The bin after those of values holds the missing ones. */
  readonly missingBin: number;
  /** The bin of every row. */
  readonly bins: Uint8Array;
}

/**
 * A frame with every value replaced by its bin: column by column to send rows to their side of a split, and row by row, four
 * bins to a word, the first in the lowest byte, to add them up.
 */
export interface BinnedFrame {
  readonly columns: readonly ColumnBins[];
  readonly words: Int32Array;
  readonly wordsPerRow: number;
  readonly rows: number;
}

/** A value between two that follow one another, never the upper one: `x <= threshold` tells them apart. */
function findMiddle(low: number, high: number): number {
  const middle = low / 2 + high / 2;
  return middle >= low && middle < high ? middle : low;
}

/** The values that are there, sorted, each once, and how often. */
function countValues(column: Float64Array): { readonly values: Float64Array; readonly counts: Int32Array } {
  const sorted = column.filter((value) => !Number.isNaN(value)).sort();
  const values = new Float64Array(sorted.length);
  const counts = new Int32Array(sorted.length);
  let count = 0;
  for (let place = 0; place < sorted.length; place += 1) {
    const value = sorted[place] as number;
    if (count === 0 || value > (values[count - 1] as number)) {
      values[count] = value;
      count += 1;
    }
    counts[count - 1] = (counts[count - 1] as number) + 1;
  }
  return { values: values.subarray(0, count), counts: counts.subarray(0, count) };
}

/**
 * Bins of about equally many rows. Where there are no more different values than bins each has its own; a value that alone
 * fills a bin gets one, and the rest share what is left.
 */
function buildThresholds(column: Float64Array, limit: number): Float64Array {
  const { values, counts } = countValues(column);
  const isWhole = values.length <= limit;
  const thresholds: number[] = [];
  let restRows = counts.reduce((sum, count) => sum + count, 0);
  let inBin = 0;
  for (let place = 0; place + 1 < values.length; place += 1) {
    inBin += counts[place] as number;
    const restBins = limit - thresholds.length;
    if (restBins <= 1) break;
    const share = restRows / restBins;
    const isBeforeLarge = (counts[place + 1] as number) >= share && inBin >= share / 2;
    if (!isWhole && inBin < share && !isBeforeLarge) continue;
    thresholds.push(findMiddle(values[place] as number, values[place + 1] as number));
    restRows -= inBin;
    inBin = 0;
  }
  return Float64Array.from(thresholds);
}

/** The first bin whose threshold is not below the value. */
function findBin(thresholds: Float64Array, value: number): number {
  let [low, high] = [0, thresholds.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (value <= (thresholds[middle] as number)) high = middle;
    else low = middle + 1;
  }
  return low;
}

/**
 * Cuts every column into at most `limit` bins of values (at most 255).
 *
 * @example
 * binColumns({ names: ['x'], columns: [Float64Array.of(1, 3, Number.NaN)], rows: 3 }, 255);
 * // thresholds [2], missingBin 2, bins 0, 1, 2
 */
export function binColumns(frame: Frame, limit: number): BinnedFrame {
  const wordsPerRow = Math.ceil(frame.columns.length / 4);
  const words = new Int32Array(frame.rows * wordsPerRow);
  const columns = frame.columns.map((column, place) => {
    const thresholds = buildThresholds(column, limit);
    const missingBin = thresholds.length + 1;
    const bins = new Uint8Array(frame.rows);
    for (let row = 0; row < frame.rows; row += 1) {
      const value = column[row] as number;
      const bin = Number.isNaN(value) ? missingBin : findBin(thresholds, value);
      bins[row] = bin;
      const word = row * wordsPerRow + (place >> 2);
      words[word] = (words[word] as number) | (bin << (8 * (place & 3)));
    }
    return { thresholds, missingBin, bins };
  });
  return { columns, words, wordsPerRow, rows: frame.rows };
}
