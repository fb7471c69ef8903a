import type { CoxModel } from './cox.ts';
import {
  buildCoxData,
  computeHazards,
  computePredictors,
  sumTies,
  walkEventTimes,
} from './cox-likelihood.ts';
import type { Frame } from './frame.ts';
import type { Lifetimes } from './lifetimes.ts';
import { buildChiSquareTest, type ChiSquareTest } from './log-rank.ts';
import { buildSurvivalCurve } from './survival-curve.ts';

/** Whether the effect of a column changes with time. */
export interface ProportionalityTest extends ChiSquareTest {
  readonly name: string;
  /** Correlation of the effect with time: above 0 it grows. */
  readonly correlation: number;
}

export interface ProportionalityCheck {
  readonly terms: readonly ProportionalityTest[];
  /** All columns together. */
  readonly all: ChiSquareTest;
}

interface Residuals {
  /** For each event, one after the other, a number for each column. */
  readonly values: readonly Float64Array[];
  /** Share that had had the event before: time as the check measures it. */
  readonly times: readonly number[];
}

/** Schoenfeld's residuals: the columns of who had the event less what the model expects among those at risk. */
function listResiduals(frame: Frame, lifetimes: Lifetimes, model: CoxModel): Residuals {
  const centers = frame.columns.map((column) => column.reduce((sum, value) => sum + value, 0) / frame.rows);
  const data = buildCoxData(frame, lifetimes, { centers, scales: centers.map(() => 1) });
  const coefficients = Float64Array.from(model.terms, ({ coefficient }) => coefficient);
  const { hazards } = computeHazards(computePredictors(data, coefficients));
  const survivalBefore = new Map<number, number>();
  let before = 1;
  for (const { time, survival } of buildSurvivalCurve(lifetimes).steps) {
    survivalBefore.set(time, before);
    before = survival;
  }
  const values: Float64Array[] = [];
  const times: number[] = [];
  walkEventTimes(data, { hazards, depth: 1 }, (time) => {
    const { a, b } = sumTies(time);
    const expected = time.atRisk.first.map(
      (sum, column) => (a * sum - b * (time.happened.first[column] as number)) / time.events,
    );
    for (let row = time.start; row < time.end; row += 1) {
      if (data.events[row] !== 1) continue;
      const own = data.design.subarray(row * data.width, (row + 1) * data.width);
      values.push(own.map((value, column) => value - (expected[column] as number)));
      times.push(1 - (survivalBefore.get(data.times[row] as number) as number));
    }
  });
  return { values, times };
}

function multiply(matrix: readonly number[], vector: ArrayLike<number>): readonly number[] {
  const size = vector.length;
  return Array.from(vector, (_, row) => {
    let sum = 0;
    for (let column = 0; column < size; column += 1)
      sum += (matrix[row * size + column] as number) * (vector[column] as number);
    return sum;
  });
}

/**
 * Checks whether hazards are proportional: that scaled Schoenfeld residuals do not change with time, measured as 1 less
 * the Kaplan–Meier curve. A small p says that the effect changes. Grambsch, P. M. & Therneau, T. M. (1994), Proportional
 * hazards tests and diagnostics based on weighted residuals, Biometrika 81, 515–526, as cox.zph of R's survival package
 * computes it before version 3.
 *
 * @returns null with fewer than two different times of events
 * @example
 * checkProportionalHazards(frame, lifetimes, fitCox(frame, lifetimes))?.terms[0]?.p; // 0.42
 */
export function checkProportionalHazards(
  frame: Frame,
  lifetimes: Lifetimes,
  model: CoxModel,
): ProportionalityCheck | null {
  const { values, times } = listResiduals(frame, lifetimes, model);
  const events = times.length;
  const mean = times.reduce((sum, time) => sum + time, 0) / events;
  const deviations = times.map((time) => time - mean);
  const spread = deviations.reduce((sum, deviation) => sum + deviation * deviation, 0);
  if (!(spread > 0)) return null;
  const slope = model.terms.map((_, column) =>
    values.reduce((sum, value, event) => sum + (deviations[event] as number) * (value[column] as number), 0),
  );
  const scaled = values.map((value) => multiply(model.covariance, value));
  const scaledSlope = multiply(model.covariance, slope);
  const all = slope.reduce((sum, value, column) => sum + value * (scaledSlope[column] as number), 0);
  const terms = model.terms.map(({ name, error }, column): ProportionalityTest => {
    const of = (row: readonly number[]) => row[column] as number;
    const center = scaled.reduce((sum, row) => sum + of(row), 0) / events;
    const length = scaled.reduce((sum, row) => sum + (of(row) - center) ** 2, 0);
    const along = scaledSlope[column] as number;
    const chiSquare = (along * along * events) / (error * error * spread);
    return { name, correlation: along / Math.sqrt(spread * length), ...buildChiSquareTest(chiSquare, 1) };
  });
  return { terms, all: buildChiSquareTest((all * events) / spread, model.terms.length) };
}
