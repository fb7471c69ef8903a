import { TenureError } from '../base/index.ts';
import type { Frame } from './frame.ts';
import { solveLogistic } from './logistic.ts';

/**
 * A linear model of the log-odds, in plain data:
 *
 *     margin = intercept + Σ weight × (t(x) − center) / scale,   t(x) = ln(1 + x) where logged, else x
 *
 * A missing value adds nothing. A column that never varied has weight 0 and scale 1.
 */
export interface LinearModel {
  readonly intercept: number;
  readonly weights: readonly number[];
  readonly centers: readonly number[];
  readonly scales: readonly number[];
  readonly logged: readonly boolean[];
}

export interface LogisticOptions {
  /** The ridge: every squared weight costs half of it, the intercept nothing. scikit-learn's C is 1 / l2. */
  readonly l2: number;
  /** Columns taken as ln(1 + x): counts and amounts, which are never below 0. None when left out. */
  readonly logged?: readonly boolean[] | undefined;
  /** What each row counts, 0 or more; 1 when left out. */
  readonly weights?: Float64Array | undefined;
  /** Columns are centered and scaled to deviation 1 unless this is false. */
  readonly isStandardized?: boolean | undefined;
  /** A fit of much the same rows to begin with: fewer steps to the same end. */
  readonly start?: LinearModel | undefined;
  /** The size of a step that may be the last; 1e-12 unless given. */
  readonly closeness?: number | undefined;
}

/** A column on the scale of the model. */
function transform(column: Float64Array, isLogged: boolean): Float64Array {
  return isLogged ? column.map((value) => Math.log1p(value)) : column;
}

/** Mean and deviation over the rows that have a value. */
function measureColumn(column: Float64Array, weights: Float64Array | undefined) {
  const average = (of: (value: number) => number) => {
    let [sum, total] = [0, 0];
    for (let row = 0; row < column.length; row += 1) {
      const value = column[row] as number;
      if (Number.isNaN(value)) continue;
      const weight = weights === undefined ? 1 : (weights[row] as number);
      sum += weight * of(value);
      total += weight;
    }
    return total === 0 ? 0 : sum / total;
  };
  const mean = average((value) => value);
  const deviation = Math.sqrt(average((value) => (value - mean) ** 2));
  // What rounding leaves of a column of equal values is not a deviation.
  const varies = deviation > 1e-12 * Math.abs(mean) && deviation > 0;
  return { mean, deviation, varies };
}

interface ScaledColumn {
  readonly values: Float64Array;
  readonly center: number;
  readonly scale: number;
  readonly varies: boolean;
}

function scaleColumn(column: Float64Array, isLogged: boolean, options: LogisticOptions): ScaledColumn {
  const values = transform(column, isLogged);
  const { mean, deviation, varies } = measureColumn(values, options.weights);
  if (options.isStandardized === false) return { values, center: 0, scale: 1, varies };
  return { values, center: mean, scale: varies ? deviation : 1, varies };
}

/** The varying columns beside a column of ones, row by row. */
function buildDesign(columns: readonly ScaledColumn[], rows: number): Float64Array {
  const width = columns.length + 1;
  const design = new Float64Array(rows * width);
  for (let row = 0; row < rows; row += 1) design[row * width] = 1;
  columns.forEach(({ values, center, scale }, index) => {
    for (let row = 0; row < rows; row += 1) {
      const value = ((values[row] as number) - center) / scale;
      design[row * width + index + 1] = Number.isNaN(value) ? 0 : value;
    }
  });
  return design;
}

function assertBothLabels(labels: Uint8Array, weights: Float64Array | undefined): void {
  const counted = labels.filter((_, row) => weights?.[row] !== 0);
  if (counted.includes(0) && counted.includes(1)) return;
  throw new TenureError('FIT_IMPOSSIBLE', { problem: 'all rows have the same label' });
}

/**
 * Ridge logistic regression of a label of 0 and 1.
 *
 * @throws FIT_IMPOSSIBLE when all labels are the same, or when without a ridge (l2 0) columns depend on each other or
 * separate the labels
 * @example
 * const model = fitLogistic(frame, labels, { l2: 1, logged: frame.names.map((name) => name.endsWith('_count')) });
 * const margins = predictLinear(model, frame);
 */
export function fitLogistic(frame: Frame, labels: Uint8Array, options: LogisticOptions): LinearModel {
  assertBothLabels(labels, options.weights);
  const logged = frame.names.map((_, index) => options.logged?.[index] ?? false);
  const columns = frame.columns.map((column, index) => scaleColumn(column, logged[index] ?? false, options));
  const varying = columns.filter(({ varies }) => varies);
  const { start, closeness } = options;
  const { coefficients } = solveLogistic(
    {
      design: buildDesign(varying, frame.rows),
      width: varying.length + 1,
      targets: labels,
      weights: options.weights,
      penalties: [0, ...varying.map(() => options.l2)],
    },
    {
      closeness,
      ...(start === undefined
        ? {}
        : {
            start: [start.intercept, ...start.weights.filter((_, index) => columns[index]?.varies === true)],
          }),
    },
  );
  const fitted = new Map(varying.map((column, index) => [column, coefficients[index + 1] as number]));
  return {
    intercept: coefficients[0] as number,
    weights: columns.map((column) => fitted.get(column) ?? 0),
    centers: columns.map(({ center }) => center),
    scales: columns.map(({ scale }) => scale),
    logged,
  };
}

/** What a value of a column adds to the margin. */
function buildTerm(model: LinearModel, column: number): (value: number) => number {
  const weight = model.weights[column] as number;
  const center = model.centers[column] as number;
  const scale = model.scales[column] as number;
  if (weight === 0) return () => 0;
  const term = (value: number) => (Number.isNaN(value) ? 0 : (weight * (value - center)) / scale);
  return model.logged[column] ? (value) => term(Math.log1p(value)) : term;
}

/**
 * What each column adds to the margin of each row: `rows × columns` numbers, row by row. The intercept is what they are
 * added to.
 *
 * @example
 * explainLinear(model, frame)[row * frame.names.length + column]; // log-odds
 */
export function explainLinear(model: LinearModel, frame: Frame): Float64Array {
  const width = model.weights.length;
  const contributions = new Float64Array(frame.rows * width);
  frame.columns.forEach((column, index) => {
    const term = buildTerm(model, index);
    for (let row = 0; row < frame.rows; row += 1)
      contributions[row * width + index] = term(column[row] as number);
  });
  return contributions;
}

/**
 * The margin of each row, in log-odds, of a frame with the columns the model was fitted on, in the same order.
 *
 * @example
 * const model = { intercept: 1, weights: [2], centers: [3], scales: [4], logged: [false] };
 * predictLinear(model, frame); // where x is 5: 1 + 2 × (5 − 3) / 4 = 2
 */
export function predictLinear(model: LinearModel, frame: Frame): Float64Array {
  const margins = new Float64Array(frame.rows).fill(model.intercept);
  frame.columns.forEach((column, index) => {
    const term = buildTerm(model, index);
    for (let row = 0; row < frame.rows; row += 1)
      margins[row] = (margins[row] as number) + term(column[row] as number);
  });
  return margins;
}
