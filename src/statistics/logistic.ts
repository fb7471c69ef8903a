import { type Minimum, type MinimumOptions, minimize, type Objective } from './newton.ts';

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

/** Rows of all columns that are worked on together, so that they stay in the processor's nearest memory. */
const BLOCK = 256;

/** Sum of the products of two columns over a block of rows; four sums at once, since each waits for the one before it. */
function multiplyBlock(left: Float64Array, right: Float64Array, start: number): number {
  let [a, b, c, d] = [0, 0, 0, 0];
  const end = Math.min(left.length, right.length - start);
  const whole = end & ~3;
  for (let row = 0; row < whole; row += 4) {
    a += (left[row] as number) * (right[start + row] as number);
    b += (left[row + 1] as number) * (right[start + row + 1] as number);
    c += (left[row + 2] as number) * (right[start + row + 2] as number);
    d += (left[row + 3] as number) * (right[start + row + 3] as number);
  }
  for (let row = whole; row < end; row += 1) a += (left[row] as number) * (right[start + row] as number);
  return a + b + (c + d);
}

/** The columns of a design, one after the other instead of row by row. */
function splitColumns({ design, width, targets }: LogisticData): readonly Float64Array[] {
  return Array.from({ length: width }, (_, column) => {
    const values = new Float64Array(targets.length);
    for (let row = 0; row < values.length; row += 1) values[row] = design[row * width + column] as number;
    return values;
  });
}

function deriveLoss(data: LogisticData, columns: readonly Float64Array[], coefficients: Float64Array) {
  const { targets, weights, width } = data;
  const gradient = Float64Array.from(
    coefficients,
    (value, column) => (data.penalties?.[column] ?? 0) * value,
  );
  const hessian = new Float64Array(width * width);
  for (let column = 0; column < width; column += 1)
    hessian[column * width + column] = data.penalties?.[column] ?? 0;
  const [slopes, curves, bent] = [BLOCK, BLOCK, BLOCK].map((size) => new Float64Array(size)) as [
    Float64Array,
    Float64Array,
    Float64Array,
  ];
  for (let start = 0; start < targets.length; start += BLOCK) {
    const size = Math.min(BLOCK, targets.length - start);
    for (let row = 0; row < size; row += 1) {
      const probability = sigmoid(marginOf(data, coefficients, start + row));
      const weight = weights === undefined ? 1 : (weights[start + row] as number);
      slopes[row] = weight * (probability - (targets[start + row] as number));
      curves[row] = weight * probability * (1 - probability);
    }
    for (let column = 0; column < width; column += 1) {
      const values = columns[column] as Float64Array;
      gradient[column] = (gradient[column] as number) + multiplyBlock(slopes, values, start);
      for (let row = 0; row < size; row += 1)
        bent[row] = (values[start + row] as number) * (curves[row] as number);
      const line = column * width;
      for (let other = 0; other <= column; other += 1)
        hessian[line + other] =
          (hessian[line + other] as number) + multiplyBlock(bent, columns[other] as Float64Array, start);
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
export function solveLogistic(data: LogisticData, options: MinimumOptions = {}): Minimum {
  const columns = splitColumns(data);
  const objective: Objective = {
    size: data.width,
    canDiverge: !(data.penalties ?? []).some((penalty) => penalty > 0),
    measure: (coefficients) => measureLoss(data, coefficients),
    derive: (coefficients) => deriveLoss(data, columns, coefficients),
  };
  return minimize(objective, options);
}
