import { gammaTail } from './gamma.ts';

/**
 * The chance that a chi-square variable of `degrees` (1 or more) is above x: the p-value of a chi-square test.
 *
 * @example
 * chiSquareTail(3.841458820694124, 1); // 0.05
 */
export function chiSquareTail(x: number, degrees: number): number {
  return gammaTail(degrees / 2, x / 2);
}

/**
 * The value a chi-square variable of `degrees` (1 or more) stays below with a chance of `share` (0 to 1).
 *
 * @example
 * chiSquareQuantile(0.95, 1); // 3.841458820694124
 */
export function chiSquareQuantile(share: number, degrees: number): number {
  if (share <= 0) return 0;
  if (share >= 1) return Number.POSITIVE_INFINITY;
  let high = degrees;
  while (chiSquareTail(high, degrees) > 1 - share) high *= 2;
  let low = 0;
  for (let step = 0; step < 200 && high - low > 1e-15 * high; step += 1) {
    const middle = (low + high) / 2;
    if (chiSquareTail(middle, degrees) > 1 - share) low = middle;
    else high = middle;
  }
  return (low + high) / 2;
}
