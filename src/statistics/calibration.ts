/**
 * How a margin becomes a probability: by the logistic function, by that of a straight line of the margin, or along a line
 * through knots, level beyond the first and the last.
 */
export type Calibration =
  | { readonly kind: 'none' }
  | { readonly kind: 'platt'; readonly slope: number; readonly intercept: number }
  | { readonly kind: 'isotonic'; readonly x: readonly number[]; readonly y: readonly number[] };
