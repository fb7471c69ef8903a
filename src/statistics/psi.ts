import { chiSquareQuantile } from './chi-square.ts';

export interface PsiOptions {
  /** Bins of equally many reference values; 10 when left out. Missing values have a bin of their own. */
  readonly bins?: number | undefined;
  /** A bin for each value there is, for codes of categories; `bins` does not count then. */
  readonly isCategory?: boolean | undefined;
  /**
   * How many independent observations the samples are worth, where several rows are of one subject: the noise goes by
   * these. The numbers of rows when left out.
   */
  readonly sizes?: { readonly reference: number; readonly current: number } | undefined;
  /** Share of the samples without any drift that stay below `noise`; 0.99 when left out. */
  readonly level?: number | undefined;
}

/** How far two samples of a column are apart. */
export interface Psi {
  readonly psi: number;
  /** What the sizes of the samples alone explain: drift is a `psi` above this. */
  readonly noise: number;
  /** Bins in use; with 1 there is nothing to compare and both numbers are 0. */
  readonly bins: number;
}

/** All values but the greatest, which needs no border. */
function listValues(...samples: readonly Float64Array[]): readonly number[] {
  const values = new Set(samples.flatMap((sample) => [...sample.filter((value) => !Number.isNaN(value))]));
  return [...values].sort((left, right) => left - right).slice(0, -1);
}

/** The different values at the inner borders of bins with equally many values each. */
function listBorders(reference: Float64Array, bins: number): readonly number[] {
  const sorted = reference.filter((value) => !Number.isNaN(value)).sort();
  const borders = new Set<number>();
  for (let bin = 1; bin < bins; bin += 1) {
    const border = sorted[Math.ceil((bin * sorted.length) / bins) - 1];
    // A bin above the greatest value would be empty, save where there is no other value to tell apart from it.
    if (border !== undefined && (border < (sorted.at(-1) as number) || sorted[0] === border))
      borders.add(border);
  }
  return [...borders];
}

/** Values up to each border, above the last, and missing ones. */
function countBins(values: Float64Array, borders: readonly number[]): Float64Array {
  const counts = new Float64Array(borders.length + 2);
  for (const value of values) {
    const found = borders.findIndex((border) => value <= border);
    const bin = Number.isNaN(value) ? borders.length + 1 : found === -1 ? borders.length : found;
    counts[bin] = (counts[bin] as number) + 1;
  }
  return counts;
}

/**
 * The population stability index Σ (q − p) ln(q / p) over bins of a reference (p) and a current sample (q), and how
 * much of it chance alone explains: without drift, psi / (1 / n + 1 / m) is about chi-square with one degree of freedom
 * less than there are bins (Yurdakul, B. 2018, Statistical Properties of Population Stability Index, Western Michigan
 * University). Half a value is added to each bin, so that an empty one is not infinitely far.
 *
 * @returns null when either sample has no values
 * @example
 * measurePsi(trained, today); // { psi: 0.31, noise: 0.04, bins: 10 }
 */
export function measurePsi(
  reference: Float64Array,
  current: Float64Array,
  options: PsiOptions = {},
): Psi | null {
  if (reference.length === 0 || current.length === 0) return null;
  const borders =
    options.isCategory === true ? listValues(reference, current) : listBorders(reference, options.bins ?? 10);
  const [before, after] = [countBins(reference, borders), countBins(current, borders)];
  const used = [...before.keys()].filter((bin) => (before[bin] as number) + (after[bin] as number) > 0);
  const share = (counts: Float64Array, bin: number, rows: number) =>
    ((counts[bin] as number) + 0.5) / (rows + 0.5 * used.length);
  const psi = used.reduce((sum, bin) => {
    const [p, q] = [share(before, bin, reference.length), share(after, bin, current.length)];
    return sum + (q - p) * Math.log(q / p);
  }, 0);
  const sizes = options.sizes ?? { reference: reference.length, current: current.length };
  const spread = 1 / sizes.reference + 1 / sizes.current;
  const noise = used.length > 1 ? chiSquareQuantile(options.level ?? 0.99, used.length - 1) * spread : 0;
  return { psi, noise, bins: used.length };
}
