/**
 * A linear model as plain data: margin = intercept + Σ weight · (t(x) − center) / scale, where t(x) is ln(1 + x) for a logged
 * feature and x for the others. A missing value adds nothing.
 */
export interface LinearModel {
  readonly intercept: number;
  readonly weights: readonly number[];
  readonly centers: readonly number[];
  readonly scales: readonly number[];
  readonly logged: readonly boolean[];
}
