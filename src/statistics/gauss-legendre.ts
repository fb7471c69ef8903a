/** Places in (0, 1) and their weights, which add up to 1. */
export interface Quadrature {
  readonly points: Float64Array;
  readonly weights: Float64Array;
}

const rules = new Map<number, Quadrature>();

/** The Legendre polynomial of a degree at x, and its slope there, by Bonnet's recursion. */
function evaluateLegendre(degree: number, x: number): { readonly value: number; readonly slope: number } {
  let [before, value] = [1, x];
  for (let order = 2; order <= degree; order += 1)
    [before, value] = [value, ((2 * order - 1) * x * value - (order - 1) * before) / order];
  return { value, slope: (degree * (x * value - before)) / (x * x - 1) };
}

/**
 * Gauss–Legendre quadrature over (0, 1) with `count` points: exact for polynomials of degrees below twice as many. The roots
 * come from Newton's method (Abramowitz and Stegun 25.4.29 and 25.4.30, moved from (-1, 1)).
 *
 * @example
 * buildQuadrature(1); // points [0.5], weights [1]
 */
export function buildQuadrature(count: number): Quadrature {
  const known = rules.get(count);
  if (known !== undefined) return known;
  const points = new Float64Array(count);
  const weights = new Float64Array(count);
  for (let place = 0; place < count; place += 1) {
    let x = Math.cos((Math.PI * (place + 0.75)) / (count + 0.5));
    if (count % 2 === 1 && place === (count - 1) / 2) x = 0;
    for (let step = 0; step < 8; step += 1) {
      const { value, slope } = evaluateLegendre(count, x);
      x -= value / slope;
    }
    const { slope } = evaluateLegendre(count, x);
    points[place] = (1 + x) / 2;
    weights[place] = 1 / ((1 - x * x) * slope * slope);
  }
  const rule = { points, weights };
  rules.set(count, rule);
  return rule;
}
