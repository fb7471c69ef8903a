import { TenureError } from '../base/index.ts';
import { factorCholesky, invertCholesky, solveCholesky } from './cholesky.ts';

/** A convex function of the coefficients, to be made as small as possible. */
export interface Objective {
  /** How many coefficients there are. */
  readonly size: number;
  measure(coefficients: Float64Array): number;
  /** First derivatives, and second ones row by row (the lower half suffices). */
  derive(coefficients: Float64Array): { readonly gradient: Float64Array; readonly hessian: Float64Array };
}

export interface Minimum {
  readonly coefficients: Float64Array;
  readonly value: number;
  /** The inverse of the second derivatives, row by row: the covariance of maximum likelihood estimates. */
  readonly covariance: Float64Array;
}

const MOST_STEPS = 100;
/** A step this small against its coefficient is the end. */
const CLOSE = 1e-12;
/** Where rounding allows no more, a step this small will do. */
const CLOSE_ENOUGH = 1e-8;

function refuse(problem: string): never {
  throw new TenureError('FIT_IMPOSSIBLE', { problem });
}

function factor(hessian: Float64Array, size: number): Float64Array {
  return (
    factorCholesky(hessian, size) ??
    refuse('the columns determine each other, or some of them foretell the outcome without exception')
  );
}

/** Where a step leads, halved until the objective does not grow. */
function walk(objective: Objective, from: Float64Array, step: Float64Array): Float64Array {
  const before = objective.measure(from);
  const slack = 1e-13 * (1 + Math.abs(before));
  for (let share = 1; share > 1e-10; share /= 2) {
    const place = from.map((value, index) => value + share * (step[index] as number));
    if (objective.measure(place) <= before + slack) return place;
  }
  return from;
}

/**
 * The minimum of a convex function by Newton's method with Cholesky factors and halved steps, from all coefficients
 * zero, until no coefficient moves by more than 1e-12 of its size (or of 1).
 *
 * @throws FIT_IMPOSSIBLE when there is no single minimum: dependent columns, or separable outcomes without a penalty
 */
export function minimize(objective: Objective): Minimum {
  let coefficients: Float64Array = new Float64Array(objective.size);
  let last = Number.POSITIVE_INFINITY;
  for (let count = 0; count < MOST_STEPS; count += 1) {
    const { gradient, hessian } = objective.derive(coefficients);
    const step = solveCholesky(factor(hessian, objective.size), gradient).map((value) => -value);
    const size = step.reduce(
      (most, value, index) => Math.max(most, Math.abs(value) / (1 + Math.abs(coefficients[index] as number))),
      0,
    );
    coefficients = walk(objective, coefficients, step);
    if (size <= CLOSE || (size <= CLOSE_ENOUGH && size >= last)) {
      const inverse = factor(objective.derive(coefficients).hessian, objective.size);
      return {
        coefficients,
        value: objective.measure(coefficients),
        covariance: invertCholesky(inverse, objective.size),
      };
    }
    last = size;
  }
  return refuse(`no best values were reached in ${MOST_STEPS} steps`);
}
