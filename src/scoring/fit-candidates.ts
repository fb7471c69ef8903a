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
  /** Signs of the regression's weights, 0 for either. */
  readonly directions: readonly number[];
  /** A step of the regression after which what is left is about its square. */
  readonly closeness: number;
  /** A fit of much the same rows. */
  readonly start?: LinearModel | undefined;
}

/** One of so many parts of the groups is held out to calibrate. */
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
      trees: 40,
      learningRate: 0.15,
      depth: 3,
      leaves: 8,
      bins: 63,
      minLeafRows: 30,
      minLeafHessian: 1,
      l2: 5,
      monotone,
    },
    l2: 2,
    directions: monotone,
    closeness: 1e-6,
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

type Calibrate = (margins: Float64Array, labels: Uint8Array) => Calibration;

/** The simplest first: of equal ones it is taken. */
const CALIBRATIONS: readonly Calibrate[] = [
  () => ({ kind: 'none' }),
  fitPlatt,
  (margins, labels) => fitIsotonic(margins, labels, { edge: ISOTONIC_EDGE / Math.max(1, labels.length) }),
];

/** The log loss of a kind of calibration on rows it was not fitted on: each half of the groups judges the other. */
function judgeCalibration(calibrate: Calibrate, margins: Float64Array, rows: TrainingRows): number {
  const halves = listFolds(rows.groups, 2);
  const judged = halves.map((half, place) => {
    const other = halves[1 - place] as Int32Array;
    const fitted = calibrate(selectValues(margins, other), selectLabels(rows.labels, other));
    const probabilities = applyCalibration(fitted, selectValues(margins, half));
    return half.length * (measureLogLoss(probabilities, selectLabels(rows.labels, half)) ?? 0);
  });
  return judged.reduce((total, loss) => total + loss, 0);
}

/** A calibration that takes off less than this share of the log loss is fitted to noise. */
const LEAST_GAIN = 0.005;

/** The kind of calibration that pays on rows it was not fitted on; none where the margins are good as they are. */
function fitCalibration(margins: Float64Array, rows: TrainingRows): Calibration {
  const judged = CALIBRATIONS.map((calibrate) => ({
    calibrate,
    loss: judgeCalibration(calibrate, margins, rows),
  }));
  const best = judged.reduce((least, other) => (other.loss < least.loss * (1 - LEAST_GAIN) ? other : least));
  return best.calibrate(margins, rows.labels);
}

/** A third of the groups, and margins of its rows by models fitted on the others. */
interface HeldOut {
  readonly margins: ReadonlyMap<Candidate, Float64Array>;
  readonly rows: TrainingRows;
}

function fitHeldOut(rows: TrainingRows, options: FitOptions): HeldOut {
  const [held = new Int32Array(0), ...others] = listFolds(rows.groups, FOLDS);
  const seen = Int32Array.from(others.flatMap((fold) => [...fold])).sort();
  const frame = selectRows(rows.frame, held);
  const parts = fitParts(rows, seen, options);
  return {
    margins: new Map(
      [...parts].map(([candidate, fitted]) => [candidate, predictModelMargins(fitted, frame)]),
    ),
    rows: {
      frame,
      labels: selectLabels(rows.labels, held),
      groups: held.map((row) => rows.groups[row] as number),
    },
  };
}

/**
 * Fits candidates on the rows at `places`, and calibrates each on a third of the groups by margins of models that were
 * fitted on the other two: no row is calibrated by a model that knew it.
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
  const parts = fitParts(rows, places, options);
  const start = parts.get('logistic')?.linear ?? undefined;
  const held = fitHeldOut(own, { ...options, start });
  return new Map(
    [...parts].map(([candidate, fitted]) => {
      const calibration: Calibration =
        candidate === 'base_rate'
          ? { kind: 'none' }
          : fitCalibration(held.margins.get(candidate) as Float64Array, held.rows);
      return [candidate, { ...fitted, calibration }];
    }),
  );
}
