import { TenureError } from '../base/index.ts';
import { measureConcordance } from './concordance.ts';
import { buildCoxData, buildCoxObjective, computePredictors } from './cox-likelihood.ts';
import type { Frame } from './frame.ts';
import type { Lifetimes } from './lifetimes.ts';
import { buildChiSquareTest, type ChiSquareTest } from './log-rank.ts';
import { minimize } from './newton.ts';
import { normalQuantile, normalTail } from './normal.ts';
import type { Interval } from './wilson-interval.ts';

/** What one column does to the hazard. */
export interface CoxTerm {
  readonly name: string;
  /** Change of the log-hazard for one more of the column. */
  readonly coefficient: number;
  readonly error: number;
  /** e to the coefficient: 1.2 is 20 % more events at any time. */
  readonly hazardRatio: number;
  readonly interval: Interval;
  /** Wald's test of no effect. */
  readonly z: number;
  readonly p: number;
}

export interface CoxModel {
  readonly rows: number;
  readonly events: number;
  readonly terms: readonly CoxTerm[];
  /** Of the coefficients, row by row. */
  readonly covariance: readonly number[];
  readonly logLikelihood: number;
  readonly nullLogLikelihood: number;
  /** That all columns together do nothing. */
  readonly likelihoodRatio: ChiSquareTest;
  /** Harrell's C on the same rows; null when no pair is comparable. */
  readonly concordance: number | null;
}

/** Mean and deviation of each column: only to compute with, the coefficients are per unit of the column. */
function measureScales({ columns, rows }: Frame) {
  const centers = columns.map((column) => column.reduce((sum, value) => sum + value, 0) / rows);
  const scales = columns.map((column, index) => {
    const center = centers[index] as number;
    return Math.sqrt(column.reduce((sum, value) => sum + (value - center) ** 2, 0) / rows) || 1;
  });
  return { centers, scales };
}

function assertUsable({ columns, names }: Frame, { events }: Lifetimes): void {
  const refuse = (problem: string): never => {
    throw new TenureError('FIT_IMPOSSIBLE', { problem });
  };
  if (!events.includes(1)) refuse('nobody had the event');
  columns.forEach((column, index) => {
    if (column.some((value) => Number.isNaN(value))) refuse(`${names[index]} has missing values`);
    if (column.every((value) => value === column[0])) refuse(`${names[index]} is the same in all rows`);
  });
}

function buildTerm(
  name: string,
  { coefficient, error, level }: { coefficient: number; error: number; level: number },
) {
  const half = normalQuantile((1 + level) / 2) * error;
  const z = coefficient / error;
  return {
    name,
    coefficient,
    error,
    hazardRatio: Math.exp(coefficient),
    interval: { low: Math.exp(coefficient - half), high: Math.exp(coefficient + half) },
    z,
    p: 2 * normalTail(Math.abs(z)),
  };
}

/**
 * Cox's proportional hazards model, ties after Efron, with left truncation where lifetimes have entries. Cox, D. R.
 * (1972), Regression models and life-tables, JRSS B 34, 187–220; Efron, B. (1977), The efficiency of Cox's likelihood
 * function for censored data, JASA 72, 557–565.
 *
 * @param frame at least one column, without missing values
 * @param level of the intervals
 * @throws FIT_IMPOSSIBLE without events, with missing values, or when the columns depend on each other, never vary or
 * separate who has the event from who does not
 * @example
 * const { terms } = fitCox({ names: ['integrations'], columns: [integrations], rows }, { times, events });
 * terms[0]; // { name: 'integrations', hazardRatio: 0.71, interval: { low: 0.62, high: 0.81 }, p: 0.0000007, … }
 */
export function fitCox(frame: Frame, lifetimes: Lifetimes, level = 0.95): CoxModel {
  assertUsable(frame, lifetimes);
  const scaling = measureScales(frame);
  const data = buildCoxData(frame, lifetimes, scaling);
  const objective = buildCoxObjective(data);
  const { coefficients, value, covariance } = minimize(objective);
  const width = data.width;
  const scale = (column: number) => scaling.scales[column] as number;
  const terms = frame.names.map((name, column) =>
    buildTerm(name, {
      coefficient: (coefficients[column] as number) / scale(column),
      error: Math.sqrt(covariance[column * (width + 1)] as number) / scale(column),
      level,
    }),
  );
  const nullLogLikelihood = -objective.measure(new Float64Array(width));
  const sorted = { times: data.times, events: data.events, entries: data.entries };
  return {
    rows: frame.rows,
    events: lifetimes.events.reduce((sum, event) => sum + event, 0),
    terms,
    covariance: Array.from(
      covariance,
      (cell, place) => cell / scale(Math.floor(place / width)) / scale(place % width),
    ),
    logLikelihood: -value,
    nullLogLikelihood,
    likelihoodRatio: buildChiSquareTest(2 * (-value - nullLogLikelihood), width),
    concordance: measureConcordance(sorted, computePredictors(data, coefficients))?.index ?? null,
  };
}
