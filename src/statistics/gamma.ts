const LANCZOS = [
  676.5203681218851, -1259.1392167224028, 771.3234287776531, -176.6150291621406, 12.507343278686905,
  -0.13857109526572012, 9.984369578019572e-6, 1.5056327351493116e-7,
];

/** The logarithm of the gamma function for x ≥ 0.5, by the series of Lanczos (1964). */
export function logGamma(x: number): number {
  const shifted = x - 1;
  const base = shifted + LANCZOS.length - 0.5;
  const sum = LANCZOS.reduce(
    (total, term, index) => total + term / (shifted + index + 1),
    0.9999999999998099,
  );
  return 0.5 * Math.log(2 * Math.PI) + (shifted + 0.5) * Math.log(base) - base + Math.log(sum);
}

/** The lower share of the gamma distribution, by its power series: for x below a + 1. */
function gammaSeries(a: number, x: number): number {
  let term = 1 / a;
  let sum = term;
  for (let step = 1; step <= 1000 && term > sum * 1e-17; step += 1) {
    term *= x / (a + step);
    sum += term;
  }
  return sum;
}

/** The upper share of the gamma distribution, by its continued fraction (Lentz's method): for x of a + 1 and more. */
function gammaFraction(a: number, x: number): number {
  let base = x + 1 - a;
  let c = Number.POSITIVE_INFINITY;
  let d = 1 / base;
  let result = d;
  for (let step = 1; step <= 1000; step += 1) {
    const factor = -step * (step - a);
    base += 2;
    d = 1 / (base + factor * d);
    c = base + factor / c;
    result *= c * d;
    if (Math.abs(c * d - 1) < 1e-16) break;
  }
  return result;
}

/** The regularized upper incomplete gamma function Q(a, x), for a ≥ 0.5. */
export function gammaTail(a: number, x: number): number {
  if (x <= 0) return 1;
  if (x === Number.POSITIVE_INFINITY) return 0;
  const front = Math.exp(a * Math.log(x) - x - logGamma(a));
  return x < a + 1 ? 1 - front * gammaSeries(a, x) : front * gammaFraction(a, x);
}
