import { TenureError } from '../base/index.ts';
import { factorCholesky, invertCholesky, solveCholesky } from './cholesky.ts';

/** A convex function of the coefficients, to be made as small as possible. */
export interface Objective {
  /** How many coefficients there are. */
  readonly size: number;
  /** False when a penalty keeps the coefficients finite whatever the data. */
  readonly canDiverge: boolean;
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
/** When coefficients run to infinity, this much of the curvature they began with is not left. */
const FLAT = 1e-9;

const NO_MINIMUM = 'the columns determine each other, or some of them foretell the outcome without exception';

function refuse(problem: string): never {
  throw new TenureError('FIT_IMPOSSIBLE', { problem });
}

/** The objective and its derivatives at some coefficients. */
interface Place {
  readonly coefficients: Float64Array;
  readonly value: number;
  readonly gradient: Float64Array;
  /** The Cholesky factor of the second derivatives. */
  readonly factor: Float64Array;
}

function lookAt(objective: Objective, coefficients: Float64Array, value: number): Place {
  const { gradient, hessian } = objective.derive(coefficients);
  const factor = factorCholesky(hessian, objective.size) ?? refuse(NO_MINIMUM);
  return { coefficients, value, gradient, factor };
}

export interface MinimumOptions {
  /** Coefficients to begin with; zeros unless given. */
  readonly start?: ArrayLike<number> | undefined;
  /** A step this small against its coefficient is the last; what is left is about its square. 1e-12 unless given. */
  readonly closeness?: number | undefined;
}

/** Where a step leads, halved until the objective does not grow. */
function walk(objective: Objective, from: Place, step: Float64Array): Place {
  const most = from.value + 1e-13 * (1 + Math.abs(from.value));
  for (let share = 1; share > 1e-10; share /= 2) {
    const coefficients = from.coefficients.map((value, index) => value + share * (step[index] as number));
    const value = objective.measure(coefficients);
    if (value <= most) return lookAt(objective, coefficients, value);
  }
  return from;
}

function measureStep({ coefficients }: Place, step: Float64Array): number {
  const sizes = step.map((value, index) => Math.abs(value) / (1 + Math.abs(coefficients[index] as number)));
  return sizes.reduce((most, size) => Math.max(most, size), 0);
}

/** @throws FIT_IMPOSSIBLE when the curvature is all but gone */
function assertCurved(place: Place, beginning: Place): void {
  const size = place.coefficients.length;
  for (let index = 0; index < size; index += 1) {
    const pivot = index * (size + 1);
    const left = ((place.factor[pivot] as number) / (beginning.factor[pivot] as number)) ** 2;
    if (left < FLAT) refuse(NO_MINIMUM);
  }
}

/**
 * The minimum of a convex function by Newton's method with Cholesky factors and halved steps, from all coefficients
 * zero unless told where to start, until no coefficient moves by more than 1e-12 of its size (or of 1).
 *
 * @throws FIT_IMPOSSIBLE when there is no single minimum: dependent columns, or separable outcomes without a penalty
 */
export function minimize(objective: Objective, options: MinimumOptions = {}): Minimum {
  const start = Float64Array.from({ length: objective.size }, (_, index) => options.start?.[index] ?? 0);
  const beginning = lookAt(objective, start, objective.measure(start));
  let place = beginning;
  let last = Number.POSITIVE_INFINITY;
  for (let count = 0; count < MOST_STEPS; count += 1) {
    const step = solveCholesky(place.factor, place.gradient).map((value) => -value);
    const size = measureStep(place, step);
    place = walk(objective, place, step);
    if (size <= (options.closeness ?? CLOSE) || (size <= CLOSE_ENOUGH && size >= last)) {
      if (objective.canDiverge) assertCurved(place, beginning);
      const { coefficients, value, factor } = place;
      return { coefficients, value, covariance: invertCholesky(factor, objective.size) };
    }
    last = size;
  }
  return refuse(`no best values were reached in ${MOST_STEPS} steps`);
}
