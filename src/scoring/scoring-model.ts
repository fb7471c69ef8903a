import { createHash } from 'node:crypto';
import { TenureError } from '../base/index.ts';
import {
  applyCalibration,
  type Calibration,
  type Explanation,
  explainLinear,
  explainTrees,
  type Frame,
  type LinearModel,
  predictLinear,
  predictMargins,
  type TreeEnsemble,
} from '../statistics/index.ts';
import type { Predictor } from './predictors.ts';

/** A column of numbers as the parts of a model read it. */
export interface ModelInput {
  /** `mrr`, `is_early_stage`, `plan_tier=growth`. */
  readonly name: string;
  readonly predictor: string;
  /** The level of a category that is 1 here, every other being 0; null for numbers and booleans. */
  readonly level: string | null;
}

/** Lowest probabilities of three tiers; below the last is `low`. */
export interface TierBounds {
  readonly critical: number;
  readonly high: number;
  readonly medium: number;
}

export type Tier = 'critical' | 'high' | 'medium' | 'low';

/**
 * All that is needed to score: plain data, kept as JSON. The margin (log-odds) is that of the trees, of the linear part, or
 * the mean of both where both are there; the probability is the calibrated margin.
 */
export interface ScoringModel {
  readonly format: 'tenure-scoring-model';
  readonly formatVersion: 1;
  readonly name: string;
  readonly predictors: readonly Pick<Predictor, 'name' | 'kind'>[];
  readonly inputs: readonly ModelInput[];
  readonly linear: LinearModel | null;
  readonly trees: TreeEnsemble | null;
  readonly calibration: Calibration;
  /** Share of the training snapshots with the event. */
  readonly baseRate: number;
  readonly tiers: TierBounds;
}

/** What a model is known by: the same content has the same version. */
export function hashModel(model: ScoringModel): string {
  return createHash('sha256').update(JSON.stringify(model)).digest('hex').slice(0, 12);
}

/** The margins of encoded rows, in log-odds. */
export function predictModelMargins(
  { linear, trees }: Pick<ScoringModel, 'linear' | 'trees'>,
  frame: Frame,
): Float64Array {
  if (linear === null && trees === null)
    throw new TenureError('MODEL_FILE_INVALID', { problem: 'it is empty' });
  if (trees === null) return predictLinear(linear as LinearModel, frame);
  const margins = predictMargins(trees, frame);
  if (linear === null) return margins;
  const beside = predictLinear(linear, frame);
  return margins.map((margin, row) => (margin + (beside[row] ?? 0)) / 2);
}

/** The calibrated probabilities of encoded rows. */
export function predictProbabilities(model: ScoringModel, frame: Frame): Float64Array {
  return applyCalibration(model.calibration, predictModelMargins(model, frame));
}

/** What each input adds to the margin of each row, in log-odds: TreeSHAP for the trees, weight × distance for the linear part. */
export function explainModel(model: ScoringModel, frame: Frame): Explanation {
  const { linear, trees } = model;
  const ofTrees = trees === null ? null : explainTrees(trees, frame);
  if (linear === null) {
    if (ofTrees === null) throw new TenureError('MODEL_FILE_INVALID', { problem: 'it is empty' });
    return ofTrees;
  }
  const ofLinear = explainLinear(linear, frame);
  if (ofTrees === null) return { base: linear.intercept, contributions: ofLinear };
  return {
    base: (ofTrees.base + linear.intercept) / 2,
    contributions: ofTrees.contributions.map((value, place) => (value + (ofLinear[place] ?? 0)) / 2),
  };
}

/** What each predictor adds to the margin of a row: the levels of a category are one. */
export function sumByPredictor(
  { predictors, inputs }: ScoringModel,
  { contributions }: Explanation,
  row: number,
): ReadonlyMap<string, number> {
  const sums = new Map(predictors.map(({ name }) => [name, 0]));
  for (const [place, { predictor }] of inputs.entries()) {
    const value = contributions[row * inputs.length + place] as number;
    sums.set(predictor, (sums.get(predictor) ?? 0) + value);
  }
  return sums;
}

/**
 * The bounds of tiers as probabilities are held against them: a trifle lower, so that a customer right on a bound, as all are
 * with the base rate for everyone, is above it on every engine, whichever way its arithmetic rounds.
 */
export function loosenTiers({ critical, high, medium }: TierBounds): TierBounds {
  const loosen = (bound: number): number => bound * (1 - 1e-9);
  return { critical: loosen(critical), high: loosen(high), medium: loosen(medium) };
}

/** The tier of a probability. */
export function chooseTier(tiers: TierBounds, probability: number): Tier {
  const { critical, high, medium } = loosenTiers(tiers);
  if (probability >= critical) return 'critical';
  if (probability >= high) return 'high';
  return probability >= medium ? 'medium' : 'low';
}
