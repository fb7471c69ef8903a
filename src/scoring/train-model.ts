import { TenureError } from '../base/index.ts';
import {
  applyCalibration,
  type Frame,
  measureBrier,
  measureLogLoss,
  measureRocAuc,
  selectRows,
} from '../statistics/index.ts';
import { buildCapacityTiers, type TierRule } from './capacity-tiers.ts';
import { measureDrift } from './drift.ts';
import { evaluateModel, findOneRule, type Judged, measureImportance } from './evaluate-model.ts';
import {
  buildFitOptions,
  CANDIDATES,
  type CalibratedParts,
  type Candidate,
  fitCalibrated,
  fitParts,
  type Parts,
  type TrainingRows,
} from './fit-candidates.ts';
import { type Dating, describeDating, findCertainValue, listAlarms, measureDating } from './leak-alarm.ts';
import type { CandidateFigures, ModelCard, RowsUsed } from './model-card.ts';
import type { Predictor } from './predictors.ts';
import {
  hashModel,
  type ModelInput,
  predictModelMargins,
  type ScoringModel,
  type TierBounds,
} from './scoring-model.ts';
import type { TrainingSplit } from './training-split.ts';

/** Rows to learn from, already encoded. */
export interface TrainingSet extends TrainingRows {
  readonly inputs: readonly ModelInput[];
  /** The day of each row, `YYYY-MM-DD`; null where the table has none. */
  readonly dayOf: ((row: number) => string) | null;
  /** Dates of each row by their names, in days since 1970: of none may the outcome depend. */
  readonly dates: ReadonlyMap<string, Int32Array>;
  readonly amounts: Float64Array | null;
}

export interface TrainingPlan {
  readonly name: string;
  readonly predictors: readonly Predictor[];
  /** Predictors that may know the outcome. */
  readonly doubtful: readonly string[];
  readonly split: TrainingSplit;
  readonly lifts: TierRule;
  /** The customers of the first day that the model scores, which a capacity counts. */
  readonly firstDay?: Frame | undefined;
  /**
   * Fits by what they were made from. What is fitted on all rows of one month is what the candidates of a later one are
   * judged by: trainings over the same table share them.
   */
  readonly fits?: Fits;
}

export type Fits = Map<string, ReadonlyMap<Candidate, CalibratedParts>>;

export interface TrainedModel {
  readonly model: ScoringModel;
  readonly card: ModelCard;
}

/** Tiers by lift (scoring.md): a calibrated probability for 90 days hardly ever passes one half. */
export const DEFAULT_LIFTS: TierBounds = { critical: 4, high: 2, medium: 1 };

/** With fewer events, or fewer rows without, nothing is learned or judged. */
const LEAST = { train: 30, test: 10 };

interface Part {
  readonly rows: TrainingRows;
  readonly amounts: Float64Array | null;
}

/** The rows at some places of a set. */
export function selectPart(set: TrainingSet, places: Int32Array): Part {
  const { amounts } = set;
  return {
    rows: {
      frame: selectRows(set.frame, places),
      labels: Uint8Array.from(places, (place) => set.labels[place] as number),
      groups: Int32Array.from(places, (place) => set.groups[place] as number),
    },
    amounts: amounts === null ? null : Float64Array.from(places, (place) => amounts[place] as number),
  };
}

/** The days, customers and events of the rows at some places of a set. */
export function describeRows(set: TrainingSet, places: Int32Array): RowsUsed {
  const days = set.dayOf === null ? [] : [...new Set(Array.from(places, set.dayOf))].sort();
  const events = places.reduce((total, place) => total + (set.labels[place] as number), 0);
  return {
    from: days[0] ?? null,
    to: days.at(-1) ?? null,
    rows: places.length,
    groups: new Set(Array.from(places, (place) => set.groups[place])).size,
    events,
    baseRate: places.length === 0 ? 0 : events / places.length,
  };
}

/** What is missing before a model can be fitted and judged; null when nothing is. */
export function findShortage(set: TrainingSet, { train, test }: TrainingSplit): string | null {
  for (const [name, places, least] of [
    ['train on', train, LEAST.train],
    ['test on', test, LEAST.test],
  ] as const) {
    const { rows, events } = describeRows(set, places);
    if (events < least || rows - events < least)
      return `there are ${events} events and ${rows - events} rows without one to ${name}; both must be ${least} or more`;
  }
  return null;
}

/** Tiers that begin at so many times the base rate. */
export function buildTiers({ critical, high, medium }: TierBounds, baseRate: number): TierBounds {
  return { critical: critical * baseRate, high: high * baseRate, medium: medium * baseRate };
}

function buildModel(
  plan: TrainingPlan,
  inputs: readonly ModelInput[],
  { linear, trees, calibration, baseRate }: CalibratedParts & { readonly baseRate: number },
): ScoringModel {
  return {
    format: 'tenure-scoring-model',
    formatVersion: 1,
    name: plan.name,
    predictors: plan.predictors.map(({ name, kind }) => ({ name, kind })),
    inputs,
    linear,
    trees,
    calibration,
    baseRate,
    tiers: buildTiers(plan.lifts, baseRate),
  };
}

/** A model with the tiers of a capacity, where there is one. */
export function fitCapacity(
  model: ScoringModel,
  { lifts, firstDay }: Pick<TrainingPlan, 'lifts' | 'firstDay'>,
): ScoringModel {
  if (lifts.capacity === undefined || firstDay === undefined) return model;
  return { ...model, tiers: buildCapacityTiers(model, firstDay, lifts.capacity) };
}

/** The candidates fitted on the first rows of a table; rows with the same end and inputs are fitted once. */
function fitOnce(
  set: TrainingSet,
  plan: TrainingPlan,
  places: Int32Array,
): ReadonlyMap<Candidate, CalibratedParts> {
  const key = JSON.stringify([plan.name, set.inputs, places.length, places[0], places.at(-1)]);
  const known = plan.fits?.get(key);
  if (known !== undefined) return known;
  const fitted = fitCalibrated(set, places, buildFitOptions(set.inputs, plan.predictors));
  plan.fits?.set(key, fitted);
  return fitted;
}

interface Judgement {
  readonly champion: Candidate;
  readonly candidates: readonly CandidateFigures[];
  readonly parts: CalibratedParts;
  readonly probabilities: Float64Array;
}

/** Fits every candidate on the training rows and judges it on the test: the lowest log loss wins, the simpler of equals. */
function judgeCandidates(set: TrainingSet, plan: TrainingPlan, test: Part): Judgement {
  const fitted = fitOnce(set, plan, plan.split.train);
  const results = CANDIDATES.map((candidate) => {
    const parts = fitted.get(candidate) as CalibratedParts;
    const margins = predictModelMargins(parts, test.rows.frame);
    const probabilities = applyCalibration(parts.calibration, margins);
    const { labels } = test.rows;
    return {
      candidate,
      parts,
      probabilities,
      figures: {
        candidate,
        calibration: parts.calibration.kind,
        logLoss: measureLogLoss(probabilities, labels) ?? Number.NaN,
        brier: measureBrier(probabilities, labels) ?? Number.NaN,
        rocAuc: candidate === 'base_rate' ? null : measureRocAuc(probabilities, labels),
      },
    };
  });
  const best = results.reduce((least, other) =>
    other.figures.logLoss < least.figures.logLoss ? other : least,
  );
  return {
    champion: best.candidate,
    candidates: results.map(({ figures }) => figures),
    parts: best.parts,
    probabilities: best.probabilities,
  };
}

/** The set without some predictors. */
function dropPredictors(set: TrainingSet, names: readonly string[]): TrainingSet {
  const kept = [...set.inputs.keys()].filter(
    (place) => !names.includes((set.inputs[place] as ModelInput).predictor),
  );
  return {
    ...set,
    inputs: kept.map((place) => set.inputs[place] as ModelInput),
    frame: {
      names: kept.map((place) => set.frame.names[place] as string),
      columns: kept.map((place) => set.frame.columns[place] as Float64Array),
      rows: set.frame.rows,
    },
  };
}

/** The champion's parts without the doubtful predictors; its order of the test rows needs no calibration. */
function judgeWithoutDoubtful(
  set: TrainingSet,
  plan: TrainingPlan,
  champion: Candidate,
): ModelCard['withoutDoubtful'] {
  if (plan.doubtful.length === 0 || champion === 'base_rate') return null;
  const reduced = dropPredictors(set, plan.doubtful);
  const predictors = plan.predictors.filter(({ name }) => !plan.doubtful.includes(name));
  const options = { ...buildFitOptions(reduced.inputs, predictors), wanted: [champion] };
  const parts = fitParts(reduced, plan.split.train, options).get(champion) as Parts;
  const { frame, labels } = selectPart(reduced, plan.split.test).rows;
  const model = buildModel({ ...plan, predictors }, reduced.inputs, {
    ...parts,
    calibration: { kind: 'none' },
    baseRate: 0,
  });
  return {
    predictors: plan.doubtful,
    rocAuc: measureRocAuc(predictModelMargins(parts, frame), labels) ?? Number.NaN,
    importance: measureImportance(model, frame),
  };
}

/** The date of the rows that tells the outcome best; null where there is none. */
export function findDating({ dates, labels }: Pick<TrainingSet, 'dates' | 'labels'>): Dating | null {
  const found = [...dates].map(([column, days]) => measureDating(column, days, labels));
  return found.reduce((most, other) => ((other?.rocAuc ?? 0) > (most?.rocAuc ?? 0) ? other : most), null);
}

/**
 * Trains a model: candidates are fitted on the training rows, calibrated on groups held out of them, judged on later rows,
 * and the champion is fitted again on all rows with a known outcome. Everything on the card was measured on the test.
 *
 * @param set rows of a table, one column for each input, and the outcome as 0 or 1
 * @throws TenureError MODEL_NOT_TRAINABLE when there are too few events
 */
export function trainModel(set: TrainingSet, plan: TrainingPlan): TrainedModel {
  const shortage = findShortage(set, plan.split);
  const dating = findDating(set);
  if (shortage !== null) {
    const problem = [shortage, describeDating(dating)].filter((text) => text !== null).join('. ');
    throw new TenureError('MODEL_NOT_TRAINABLE', { model: plan.name, problem });
  }
  const test = selectPart(set, plan.split.test);
  const trained = describeRows(set, plan.split.train);
  const { champion, candidates, parts, probabilities } = judgeCandidates(set, plan, test);
  const judgedModel = buildModel(plan, set.inputs, { ...parts, baseRate: trained.baseRate });
  const judged: Judged = { ...test.rows, probabilities, amounts: test.amounts };
  const refitted = fitOnce(set, plan, plan.split.all).get(champion) as CalibratedParts;
  const fitted = describeRows(set, plan.split.all);
  const model = fitCapacity(buildModel(plan, set.inputs, { ...refitted, baseRate: fitted.baseRate }), plan);
  const { tiers } = plan.firstDay === undefined ? judgedModel : model;
  const evaluated = evaluateModel({ tiers, baseRate: trained.baseRate }, judged);
  const training = selectPart(set, plan.split.train).rows;
  const oneRule = findOneRule(training, test.rows);
  const withoutDoubtful = judgeWithoutDoubtful(set, plan, champion);
  const { rocAuc } = evaluated.figures;
  const all = selectPart(set, plan.split.all).rows;
  return {
    model,
    card: {
      name: plan.name,
      version: hashModel(model),
      note: null,
      fitted,
      trained,
      tested: describeRows(set, plan.split.test),
      champion,
      candidates,
      ...evaluated,
      oneRule,
      importance: measureImportance(judgedModel, test.rows.frame),
      drift: measureDrift({ predictors: plan.predictors, inputs: set.inputs }, training, test.rows),
      withoutDoubtful,
      alarms: listAlarms({
        rocAuc: rocAuc.value,
        oneRule,
        withoutDoubtful,
        certain: findCertainValue(set.inputs, all.frame, all.labels),
        dating,
      }),
    },
  };
}
