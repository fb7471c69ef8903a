import { buildTQuantile } from './student-t.ts';
import type { Interval } from './wilson-interval.ts';

/** Mean and size of a sample. */
export interface Sample {
  readonly n: number;
  readonly mean: number | null;
}

/** What a sample says: its mean is null without values. */
export function buildSample(values: readonly number[]): Sample {
  const n = values.length;
  return { n, mean: n === 0 ? null : values.reduce((sum, value) => sum + value, 0) / n };
}

function computeSquaredError(values: readonly number[], mean: number): number {
  const squares = values.reduce((sum, value) => sum + (value - mean) ** 2, 0);
  return squares / (values.length - 1) / values.length;
}

/**
 * The difference of two means, later less earlier, with its 95 % interval; the samples need not vary alike. Welch, B. L. (1947),
 * The generalization of "Student's" problem when several different population variances are involved, Biometrika 34, 28–35.
 *
 * @returns null with fewer than two values in either
 */
export function buildMeanDifference(
  earlier: readonly number[],
  later: readonly number[],
): (Interval & { readonly difference: number }) | null {
  const [before, after] = [buildSample(earlier), buildSample(later)];
  if (before.n < 2 || after.n < 2 || before.mean === null || after.mean === null) return null;
  const difference = after.mean - before.mean;
  const one = computeSquaredError(earlier, before.mean);
  const other = computeSquaredError(later, after.mean);
  if (one + other === 0) return { difference, low: difference, high: difference };
  const degrees = (one + other) ** 2 / (one ** 2 / (before.n - 1) + other ** 2 / (after.n - 1));
  const half = buildTQuantile(degrees) * Math.sqrt(one + other);
  return { difference, low: difference - half, high: difference + half };
}
