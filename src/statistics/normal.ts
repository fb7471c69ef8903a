import { gammaTail } from './gamma.ts';

/**
 * The chance that a standard normal variable is above z.
 *
 * @example
 * normalTail(1.959963984540054); // 0.025
 */
export function normalTail(z: number): number {
  const outside = gammaTail(0.5, (z * z) / 2);
  return z >= 0 ? outside / 2 : 1 - outside / 2;
}

/** The place with so much above it, for a share of at most one half. */
function upperQuantile(share: number): number {
  // A first guess good to .003 (Abramowitz & Stegun 26.2.22), made exact by Halley's steps.
  const t = Math.sqrt(-2 * Math.log(share));
  let z = t - (2.30753 + 0.27061 * t) / (1 + t * (0.99229 + 0.04481 * t));
  for (let step = 0; step < 4; step += 1) {
    const error = (share - normalTail(z)) * Math.sqrt(2 * Math.PI) * Math.exp((z * z) / 2);
    z -= error / (1 + (z * error) / 2);
  }
  return z;
}

/**
 * The value a standard normal variable stays below with a chance of `share` (0 to 1; the ends give ±Infinity).
 *
 * @example
 * normalQuantile(0.975); // 1.959963984540054
 */
export function normalQuantile(share: number): number {
  if (share <= 0) return Number.NEGATIVE_INFINITY;
  if (share >= 1) return Number.POSITIVE_INFINITY;
  return share < 0.5 ? -upperQuantile(share) : upperQuantile(1 - share);
}
