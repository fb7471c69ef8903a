import { TenureError } from '../base/index.ts';
import {
  applyCalibration,
  type Frame,
  measureBrier,
  measureLogLoss,
  measureRocAuc,
  parseLightgbmText,
} from '../statistics/index.ts';
import type { TierRule } from './capacity-tiers.ts';
import { evaluateModel, findOneRule, measureImportance } from './evaluate-model.ts';
import { renderFeatureName } from './export-model.ts';
import { findCertainValue, listAlarms } from './leak-alarm.ts';
import type { CandidateFigures } from './model-card.ts';
import { parseModel } from './parse-model.ts';
import { OUTCOMES, type Outcome } from './predictors.ts';
import { hashModel, type ModelInput, predictModelMargins, type ScoringModel } from './scoring-model.ts';
import {
  buildTiers,
  describeRows,
  findDating,
  fitCapacity,
  selectPart,
  type TrainedModel,
  type TrainingSet,
} from './train-model.ts';
import type { TrainingSplit } from './training-split.ts';

/** What a model from outside says, before it is known whom it is used on. */
export type ImportedParts = Pick<ScoringModel, 'inputs' | 'linear' | 'trees' | 'calibration'>;

function refuse(problem: string): never {
  throw new TenureError('MODEL_FILE_INVALID', { problem });
}

/**
 * The input that a feature of a LightGBM file means: `plan_tier=growth`, or `plan_tier_growth`, with `_` for the signs that
 * LightGBM does not take.
 */
function findInput(feature: string, inputs: readonly ModelInput[]): ModelInput {
  const exact = inputs.find(({ name }) => name === feature);
  if (exact !== undefined) return exact;
  const named = inputs.filter(({ name }) => {
    const plain = renderFeatureName(name);
    return plain === feature || plain.replace('=', '_') === feature;
  });
  if (named.length === 1 && named[0] !== undefined) return named[0];
  const names = inputs.map(({ name }) => name).join(', ');
  throw new TenureError('MODEL_FEATURE_UNKNOWN', { feature, names });
}

function parseTrees(text: string, inputs: readonly ModelInput[]): ImportedParts {
  const { features, ...trees } = parseLightgbmText(text);
  const meant = features.map((feature) => findInput(feature, inputs));
  const names = meant.map(({ name }) => name);
  return { inputs: meant, linear: null, trees: { ...trees, features: names }, calibration: { kind: 'none' } };
}

function parseOwn(text: string, outcome: Outcome, inputs: readonly ModelInput[]): ImportedParts {
  const { name, linear, trees, calibration, inputs: given } = parseModel(text);
  if (name !== outcome.name && OUTCOMES.some((other) => other.name === name))
    refuse(`it is a model of ${name}, not of ${outcome.name}`);
  const meant = given.map((input) => findInput(input.name, inputs));
  if (trees?.features.some((feature, place) => feature !== given[place]?.name) === true)
    refuse('its trees name other features than its inputs');
  const names = meant.map((input) => input.name);
  return { inputs: meant, linear, trees: trees === null ? null : { ...trees, features: names }, calibration };
}

/**
 * Reads a model from outside: a LightGBM text model, or Tenure's own JSON. Its features must be inputs of the outcome's model.
 *
 * @param inputs what there is: numbers, booleans and the levels of categories
 * @throws TenureError MODEL_FILE_INVALID, MODEL_FEATURE_UNKNOWN, MODEL_IMPORT_INVALID, MODEL_IMPORT_UNSUPPORTED
 */
export function parseImported(text: string, outcome: Outcome, inputs: readonly ModelInput[]): ImportedParts {
  if (text.trim() === '') refuse('the file is empty');
  const isOwn = text.trimStart().startsWith('{');
  const parts = isOwn ? parseOwn(text, outcome, inputs) : parseTrees(text, inputs);
  if (parts.linear === null && parts.trees?.trees.length === 0) refuse('it has no trees');
  const names = parts.inputs.map(({ name }) => name);
  const twice = names.find((name, place) => names.indexOf(name) !== place);
  if (twice !== undefined) refuse(`two of its features are ${twice}`);
  return parts;
}

/** The columns of a model's inputs among those of a set. */
function pickFrame(inputs: readonly ModelInput[], { names, columns, rows }: Frame): Frame {
  return {
    names: inputs.map(({ name }) => name),
    columns: inputs.map(({ name }) => columns[names.indexOf(name)] as Float64Array),
    rows,
  };
}

function measureCandidate(
  candidate: string,
  probabilities: Float64Array,
  labels: Uint8Array,
): CandidateFigures {
  return {
    candidate,
    calibration: 'none',
    logLoss: measureLogLoss(probabilities, labels) ?? Number.NaN,
    brier: measureBrier(probabilities, labels) ?? Number.NaN,
    rocAuc: candidate === 'base_rate' ? null : measureRocAuc(probabilities, labels),
  };
}

/** What an imported model is judged on and called. */
export interface ImportPlan {
  readonly outcome: Outcome;
  readonly split: TrainingSplit;
  readonly lifts: TierRule;
  /** The customers of the day it came, encoded by the inputs of the set. */
  readonly firstDay?: Frame | undefined;
  /** The file's name. */
  readonly file: string;
}

/**
 * An imported model with its card: measured on the test rows that a model of ours would be measured on. Base rate and tiers
 * come from all snapshots with a known outcome.
 */
export function judgeImported(parts: ImportedParts, set: TrainingSet, plan: ImportPlan): TrainedModel {
  const { outcome, split, lifts, file } = plan;
  const [training, test] = [selectPart(set, split.train).rows, selectPart(set, split.test)];
  const all = selectPart(set, split.all).rows;
  const fitted = describeRows(set, split.all);
  const before = describeRows(set, split.train).baseRate;
  const firstDay = plan.firstDay && pickFrame(parts.inputs, plan.firstDay);
  const lifted: ScoringModel = {
    format: 'tenure-scoring-model',
    formatVersion: 1,
    name: outcome.name,
    predictors: outcome.predictors.map(({ name, kind }) => ({ name, kind })),
    ...parts,
    baseRate: fitted.baseRate,
    tiers: buildTiers(lifts, fitted.baseRate),
  };
  const model = fitCapacity(lifted, { lifts, firstDay });
  const frame = pickFrame(parts.inputs, test.rows.frame);
  const { labels } = test.rows;
  const probabilities = applyCalibration(parts.calibration, predictModelMargins(parts, frame));
  const evaluated = evaluateModel(
    { tiers: model.tiers, baseRate: before },
    { ...test.rows, probabilities, amounts: test.amounts },
  );
  const oneRule = findOneRule(training, test.rows);
  const { rocAuc } = evaluated.figures;
  return {
    model,
    card: {
      name: outcome.name,
      version: hashModel(model),
      note: `Brought in from ${file}. What it learned from is not known: if it was these rows, it looks better here than it is.`,
      fitted,
      trained: null,
      tested: describeRows(set, split.test),
      champion: 'imported',
      candidates: [
        measureCandidate('base_rate', new Float64Array(labels.length).fill(before), labels),
        { ...measureCandidate('imported', probabilities, labels), calibration: parts.calibration.kind },
      ],
      ...evaluated,
      oneRule,
      importance: measureImportance(model, frame),
      drift: [],
      withoutDoubtful: null,
      alarms: listAlarms({
        rocAuc: rocAuc.value,
        oneRule,
        withoutDoubtful: null,
        certain: findCertainValue(set.inputs, all.frame, all.labels),
        dating: findDating(set),
      }),
    },
  };
}
