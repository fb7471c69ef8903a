/** An estimate and its 95 % interval. */
export interface Interval {
  readonly low: number;
  readonly high: number;
}

const Z = 1.959963984540054;

/**
 * The 95 % score interval of a share; null without trials. Wilson, E. B. (1927), Probable inference, the law of succession, and
 * statistical inference, JASA 22, 209–212.
 *
 * @example
 * buildWilsonInterval(8, 10); // { low: 0.490, high: 0.943 }
 */
export function buildWilsonInterval(successes: number, trials: number): Interval | null {
  if (trials === 0) return null;
  const share = successes / trials;
  const middle = successes + (Z * Z) / 2;
  const half = Z * Math.sqrt(successes * (1 - share) + (Z * Z) / 4);
  const size = trials + Z * Z;
  // The ends 0 and 1 are exact; rounding misses them.
  return {
    low: successes === 0 ? 0 : (middle - half) / size,
    high: successes === trials ? 1 : (middle + half) / size,
  };
}
