import { type Minimum, minimize, type Objective } from './newton.ts';

/** Rows of numbers with the outcome of each. */
export interface LogisticData {
  /** Row by row, `width` numbers each; a column of ones where there is an intercept. */
  readonly design: Float64Array;
  readonly width: number;
  /** 0 to 1 each. */
  readonly targets: ArrayLike<number>;
  readonly weights?: ArrayLike<number> | undefined;
  /** What half the square of each coefficient costs; nothing when left out. */
  readonly penalties?: readonly number[] | undefined;
}

/** The logistic function: log-odds to probability. */
export function sigmoid(margin: number): number {
  // The exponential of a large number would be infinite; of a small one it is only 0.
  if (margin >= 0) return 1 / (1 + Math.exp(-margin));
  const odds = Math.exp(margin);
  return odds / (1 + odds);
}

/** ln(1 + eᵐ), also for large m. */
function softplus(margin: number): number {
  return Math.max(margin, 0) + Math.log1p(Math.exp(-Math.abs(margin)));
}

function marginOf(data: LogisticData, coefficients: Float64Array, row: number): number {
  const start = row * data.width;
  let margin = 0;
  for (let column = 0; column < data.width; column += 1)
    margin += (data.design[start + column] as number) * (coefficients[column] as number);
  return margin;
}

function measureLoss(data: LogisticData, coefficients: Float64Array): number {
  let loss = 0;
  for (let row = 0; row < data.targets.length; row += 1) {
    const margin = marginOf(data, coefficients, row);
    loss += (data.weights?.[row] ?? 1) * (softplus(margin) - (data.targets[row] as number) * margin);
  }
  for (let column = 0; column < data.width; column += 1)
    loss += ((data.penalties?.[column] ?? 0) * (coefficients[column] as number) ** 2) / 2;
  return loss;
}

function deriveLoss(data: LogisticData, coefficients: Float64Array) {
  const { design, targets, weights, width } = data;
  const gradient = new Float64Array(width);
  const hessian = new Float64Array(width * width);
  for (let column = 0; column < width; column += 1) {
    const penalty = data.penalties?.[column] ?? 0;
    gradient[column] = penalty * (coefficients[column] as number);
    hessian[column * width + column] = penalty;
  }
  for (let row = 0; row < targets.length; row += 1) {
    const probability = sigmoid(marginOf(data, coefficients, row));
    const weight = weights === undefined ? 1 : (weights[row] as number);
    const slope = weight * (probability - (targets[row] as number));
    const curve = weight * probability * (1 - probability);
    const start = row * width;
    for (let column = 0; column < width; column += 1) {
      const value = design[start + column] as number;
      gradient[column] = (gradient[column] as number) + slope * value;
      const bent = curve * value;
      const line = column * width;
      for (let other = 0; other <= column; other += 1)
        hessian[line + other] = (hessian[line + other] as number) + bent * (design[start + other] as number);
    }
  }
  return { gradient, hessian };
}

/**
 * The coefficients of a logistic regression: maximum likelihood with a quadratic penalty, by Newton's method (iteratively
 * reweighted least squares; McCullagh & Nelder 1989, Generalized Linear Models, 2.5).
 *
 * @throws FIT_IMPOSSIBLE when dependent columns or separable outcomes leave no single answer
 */
export function solveLogistic(data: LogisticData): Minimum {
  const objective: Objective = {
    size: data.width,
    canDiverge: !(data.penalties ?? []).some((penalty) => penalty > 0),
    measure: (coefficients) => measureLoss(data, coefficients),
    derive: (coefficients) => deriveLoss(data, coefficients),
  };
  return minimize(objective);
}
