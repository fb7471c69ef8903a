import { TenureError } from '../base/index.ts';
import type { Frame } from './frame.ts';
import { sigmoid, solveLogistic } from './logistic.ts';

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
  /** Signs that weights must have, 0 for either: a weight that the data would give another sign is 0. Either when left out. */
  readonly directions?: readonly number[] | undefined;
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

interface Fit {
  readonly intercept: number;
  /** Of the columns that were fitted; 0 for all others. */
  readonly weights: ReadonlyMap<ScaledColumn, number>;
}

/** The regression over some of the columns, from `start`. */
function fitColumns(
  columns: readonly ScaledColumn[],
  labels: Uint8Array,
  {
    start,
    ...options
  }: Pick<LogisticOptions, 'l2' | 'weights' | 'closeness'> & { readonly start: Fit | null },
): Fit {
  const { coefficients } = solveLogistic(
    {
      design: buildDesign(columns, labels.length),
      width: columns.length + 1,
      targets: labels,
      weights: options.weights,
      penalties: [0, ...columns.map(() => options.l2)],
    },
    {
      closeness: options.closeness,
      ...(start === null
        ? {}
        : { start: [start.intercept, ...columns.map((column) => start.weights.get(column) ?? 0)] }),
    },
  );
  return {
    intercept: coefficients[0] as number,
    weights: new Map(columns.map((column, index) => [column, coefficients[index + 1] as number])),
  };
}

/** What a row counts times what the fit leaves of its label. */
function measureResiduals(fit: Fit, labels: Uint8Array, weights: Float64Array | undefined): Float64Array {
  const margins = new Float64Array(labels.length).fill(fit.intercept);
  for (const [{ values, center, scale }, weight] of fit.weights) {
    for (let row = 0; row < margins.length; row += 1) {
      const term = (weight * ((values[row] as number) - center)) / scale;
      if (!Number.isNaN(term)) margins[row] = (margins[row] as number) + term;
    }
  }
  return margins.map((margin, row) => (weights?.[row] ?? 1) * ((labels[row] as number) - sigmoid(margin)));
}

/** How much a row the loss would fall with a growing weight of a column that is not in the fit. */
function measurePull({ values, center, scale }: ScaledColumn, residuals: Float64Array): number {
  let pull = 0;
  for (let row = 0; row < residuals.length; row += 1) {
    const term = ((residuals[row] as number) * ((values[row] as number) - center)) / scale;
    if (!Number.isNaN(term)) pull += term;
  }
  return pull / residuals.length;
}

/** A pull that is more than what rounding leaves. */
const LEAST_PULL = 1e-7;

/**
 * The regression whose weights have the signs they must have. Columns that would have the wrong one are left out, and taken
 * in again where that pays with the right one: the active-set method of Lawson and Hanson (1974, Solving Least Squares
 * Problems, 23), for a convex loss.
 */
function fitWithSigns(
  columns: readonly ScaledColumn[],
  signs: ReadonlyMap<ScaledColumn, number>,
  { labels, options, start }: { labels: Uint8Array; options: LogisticOptions; start: Fit | null },
): Fit {
  const held = new Set<ScaledColumn>();
  const solve = (from: Fit | null): Fit => {
    const free = columns.filter((column) => !held.has(column));
    return fitColumns(free, labels, { ...options, start: from });
  };
  const signOf = (column: ScaledColumn): number => signs.get(column) ?? 0;
  let fit = solve(start);
  // Each column may be taken in again twice; then they are only left out, which ends.
  for (let releases = 2 * columns.length; ; ) {
    const wrong = [...fit.weights].filter(([column, weight]) => signOf(column) * weight < 0);
    if (wrong.length > 0) for (const [column] of wrong) held.add(column);
    else {
      if (held.size === 0 || releases === 0) return fit;
      const residuals = measureResiduals(fit, labels, options.weights);
      const pulls = [...held].map((column) => signOf(column) * measurePull(column, residuals));
      const most = Math.max(...pulls);
      if (most <= LEAST_PULL) return fit;
      held.delete([...held][pulls.indexOf(most)] as ScaledColumn);
      releases -= 1;
    }
    fit = solve(fit);
  }
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
  const perColumn = (values: readonly number[] | undefined): ReadonlyMap<ScaledColumn, number> =>
    new Map(columns.map((column, index) => [column, values?.[index] ?? 0]));
  const { start, directions } = options;
  const { intercept, weights } = fitWithSigns(varying, perColumn(directions), {
    labels,
    options,
    start: start === undefined ? null : { intercept: start.intercept, weights: perColumn(start.weights) },
  });
  return {
    intercept,
    weights: columns.map((column) => weights.get(column) ?? 0),
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
