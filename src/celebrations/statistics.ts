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

const LANCZOS = [
  676.5203681218851, -1259.1392167224028, 771.3234287776531, -176.6150291621406, 12.507343278686905,
  -0.13857109526572012, 9.984369578019572e-6, 1.5056327351493116e-7,
];

/** The logarithm of the gamma function for x ≥ 0.5, by the series of Lanczos (1964). */
function logGamma(x: number): number {
  const shifted = x - 1;
  const base = shifted + LANCZOS.length - 0.5;
  const sum = LANCZOS.reduce(
    (total, term, index) => total + term / (shifted + index + 1),
    0.9999999999998099,
  );
  return 0.5 * Math.log(2 * Math.PI) + (shifted + 0.5) * Math.log(base) - base + Math.log(sum);
}

/** The continued fraction of the incomplete beta function, by Lentz's method. */
function betaFraction(x: number, a: number, b: number): number {
  const guard = (value: number) => (Math.abs(value) < 1e-300 ? 1e-300 : value);
  let c = 1;
  let d = 1 / guard(1 - ((a + b) * x) / (a + 1));
  let result = d;
  for (let step = 1; step <= 300; step += 1) {
    const even = (step * (b - step) * x) / ((a + 2 * step - 1) * (a + 2 * step));
    const odd = (-(a + step) * (a + b + step) * x) / ((a + 2 * step) * (a + 2 * step + 1));
    for (const term of [even, odd]) {
      d = 1 / guard(1 + term * d);
      c = guard(1 + term / c);
      result *= c * d;
    }
    if (Math.abs(c * d - 1) < 1e-15) break;
  }
  return result;
}

/** The regularized incomplete beta function. */
function regularizedBeta(x: number, a: number, b: number): number {
  if (x <= 0) return 0;
  if (x >= 1) return 1;
  const front = Math.exp(logGamma(a + b) - logGamma(a) - logGamma(b) + a * Math.log(x) + b * Math.log(1 - x));
  if (x < (a + 1) / (a + b + 2)) return (front * betaFraction(x, a, b)) / a;
  return 1 - (front * betaFraction(1 - x, b, a)) / b;
}

/**
 * How far a t statistic of so many degrees of freedom (1 or more) goes in 95 of 100 cases: 12.706 for 1, 2.228 for 10,
 * 1.960 for many.
 */
export function buildTQuantile(degrees: number): number {
  const tail = (t: number) => regularizedBeta(degrees / (degrees + t * t), degrees / 2, 0.5);
  let [low, high] = [0, 20];
  for (let step = 0; step < 200 && high - low > 1e-12; step += 1) {
    const middle = (low + high) / 2;
    if (tail(middle) > 0.05) low = middle;
    else high = middle;
  }
  return (low + high) / 2;
}

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
