import type { Value } from '../../src/engines/index.ts';

/** Counts must be equal, ratios to 1e-9 of their size; unknown is equal to unknown only. */
export function isSameNumber(left: Value, right: Value): boolean {
  if (left === null || right === null) return left === right;
  const [a, b] = [Number(left), Number(right)];
  return Math.abs(a - b) <= 1e-9 * Math.max(1, Math.abs(a));
}
