import {
  applyCalibration,
  type BoostOptions,
  boostTrees,
  type Calibration,
  type Frame,
  fitIsotonic,
  fitLogistic,
  fitPlatt,
  type LinearModel,
  measureLogLoss,
  selectRows,
  type TreeEnsemble,
} from '../statistics/index.ts';
import type { Predictor } from './predictors.ts';
import { type ModelInput, predictModelMargins } from './scoring-model.ts';
import { foldOf } from './training-split.ts';

/** Rows to learn from; all arrays are as long. */
export interface TrainingRows {
  readonly frame: Frame;
  readonly labels: Uint8Array;
  readonly groups: Int32Array;
}

/** The parts of a model before it is calibrated. */
export interface Parts {
  readonly linear: LinearModel | null;
  readonly trees: TreeEnsemble | null;
}

/** What was tried: the share of events for everyone, a logistic regression, trees, and the mean of both in log-odds. */
export const CANDIDATES = ['base_rate', 'logistic', 'trees', 'mean'] as const;
export type Candidate = (typeof CANDIDATES)[number];

export interface FitOptions {
  readonly wanted: readonly Candidate[];
  readonly boost: BoostOptions;
  /** Ridge penalty of the logistic regression. */
  readonly l2: number;
  readonly logged: readonly boolean[];
}

/** Groups are cross-fitted in so many parts. */
const FOLDS = 3;
/** An isotonic step never says never, nor always. */
const ISOTONIC_EDGE = 0.5;

/** The settings of the product's models: shallow trees, few enough to be fitted for every month of the past. */
export function buildFitOptions(inputs: readonly ModelInput[], predictors: readonly Predictor[]): FitOptions {
  const byName = new Map(predictors.map((predictor) => [predictor.name, predictor]));
  const ofInput = inputs.map(({ predictor }) => byName.get(predictor));
  const monotone = ofInput.map((predictor) => predictor?.direction ?? 0);
  return {
    wanted: CANDIDATES,
    boost: {
      trees: 60,
      learningRate: 0.1,
      depth: 3,
      leaves: 8,
      bins: 63,
      minLeafRows: 30,
      minLeafHessian: 1,
      l2: 5,
      monotone,
    },
    l2: 2,
    logged: ofInput.map((predictor) => predictor?.isLogged === true),
  };
}

function selectLabels(labels: Uint8Array, places: Int32Array): Uint8Array {
  const selected = new Uint8Array(places.length);
  for (let row = 0; row < places.length; row += 1) selected[row] = labels[places[row] as number] as number;
  return selected;
}

function selectValues(values: Float64Array, rows: Int32Array): Float64Array {
  const selected = new Float64Array(rows.length);
  for (let at = 0; at < rows.length; at += 1) selected[at] = values[rows[at] as number] as number;
  return selected;
}

/** The rows of each fold, by their groups. */
function listFolds(groups: Int32Array, folds: number): readonly Int32Array[] {
  const rows: number[][] = Array.from({ length: folds }, () => []);
  for (let row = 0; row < groups.length; row += 1) rows[foldOf(groups[row] as number, folds)]?.push(row);
  return rows.map((ofFold) => Int32Array.from(ofFold));
}

/** Everyone gets the share of events. */
function fitBaseRate(frame: Frame, labels: Uint8Array): LinearModel {
  const events = labels.reduce((total, label) => total + label, 0);
  const none = frame.names.map(() => 0);
  return {
    intercept: Math.log(events / (labels.length - events)),
    weights: none,
    centers: none,
    scales: none.map(() => 1),
    logged: none.map(() => false),
  };
}

/** Fits the parts of the candidates that are asked for on the rows at `places`. */
export function fitParts(
  rows: TrainingRows,
  places: Int32Array,
  options: FitOptions,
): ReadonlyMap<Candidate, Parts> {
  const { wanted } = options;
  const frame = selectRows(rows.frame, places);
  const labels = selectLabels(rows.labels, places);
  const needs = (part: Candidate): boolean => wanted.includes(part) || wanted.includes('mean');
  const linear = needs('logistic') ? fitLogistic(frame, labels, options) : null;
  const trees = needs('trees') ? boostTrees(frame, labels, options.boost) : null;
  const parts: Readonly<Record<Candidate, Parts>> = {
    base_rate: { linear: fitBaseRate(frame, labels), trees: null },
    logistic: { linear, trees: null },
    trees: { linear: null, trees },
    mean: { linear, trees },
  };
  return new Map(wanted.map((candidate) => [candidate, parts[candidate]]));
}

/** A candidate with what its margins are turned into probabilities by. */
export interface CalibratedParts extends Parts {
  readonly calibration: Calibration;
}

/** The log loss of a kind of calibration on rows it was not fitted on: each half of the groups judges the other. */
function judgeCalibration(calibrate: typeof fitPlatt, margins: Float64Array, rows: TrainingRows): number {
  const halves = listFolds(rows.groups, 2);
  const judged = halves.map((half, place) => {
    const other = halves[1 - place] as Int32Array;
    const fitted = calibrate(selectValues(margins, other), selectLabels(rows.labels, other));
    const probabilities = applyCalibration(fitted, selectValues(margins, half));
    return half.length * (measureLogLoss(probabilities, selectLabels(rows.labels, half)) ?? 0);
  });
  return judged.reduce((total, loss) => total + loss, 0);
}

function fitCalibration(margins: Float64Array, rows: TrainingRows): Calibration {
  const isotonic: typeof fitPlatt = (values, labels) =>
    fitIsotonic(values, labels, { edge: ISOTONIC_EDGE / Math.max(1, labels.length) });
  const isPlattBetter =
    judgeCalibration(fitPlatt, margins, rows) <= judgeCalibration(isotonic, margins, rows);
  return isPlattBetter ? fitPlatt(margins, rows.labels) : isotonic(margins, rows.labels);
}

/** Margins of all rows by models that did not see their groups. */
function crossFit(rows: TrainingRows, options: FitOptions): ReadonlyMap<Candidate, Float64Array> {
  const margins = new Map(
    options.wanted.map((candidate) => [candidate, new Float64Array(rows.labels.length)]),
  );
  const folds = listFolds(rows.groups, FOLDS);
  for (const [place, out] of folds.entries()) {
    const others = Int32Array.from(folds.flatMap((fold, at) => (at === place ? [] : [...fold]))).sort();
    const frame = selectRows(rows.frame, out);
    for (const [candidate, fitted] of fitParts(rows, others, options)) {
      const found = predictModelMargins(fitted, frame);
      const ofCandidate = margins.get(candidate) as Float64Array;
      for (let at = 0; at < out.length; at += 1) ofCandidate[out[at] as number] = found[at] as number;
    }
  }
  return margins;
}

/**
 * Fits candidates on the rows at `places`, and calibrates each on margins of those rows that came from models fitted on
 * other groups, so that no row is calibrated by a model that knew it.
 */
export function fitCalibrated(
  rows: TrainingRows,
  places: Int32Array,
  options: FitOptions,
): ReadonlyMap<Candidate, CalibratedParts> {
  const own: TrainingRows = {
    frame: selectRows(rows.frame, places),
    labels: selectLabels(rows.labels, places),
    groups: places.map((place) => rows.groups[place] as number),
  };
  const margins = crossFit(own, options);
  const parts = fitParts(rows, places, options);
  return new Map(
    [...parts].map(([candidate, fitted]) => {
      const isFixed = candidate === 'base_rate';
      const calibration: Calibration = isFixed
        ? { kind: 'none' }
        : fitCalibration(margins.get(candidate) as Float64Array, own);
      return [candidate, { ...fitted, calibration }];
    }),
  );
}
