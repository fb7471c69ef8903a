import { buildSeededChance, TenureError } from '../base/index.ts';
import {
  bootstrapInterval,
  buildCalibrationCurve,
  buildRanking,
  type Frame,
  measureBrier,
  measureCalibrationSlope,
  measureLogLoss,
  measurePrAuc,
  measureRocAuc,
  measureTopShare,
  normalQuantile,
} from '../statistics/index.ts';
import type { Importance, Measured, ModelCard, OneRule, TierFigures, TopDecile } from './model-card.ts';
import { chooseTier, explainModel, type ScoringModel, sumByPredictor, type Tier } from './scoring-model.ts';

/** Rows that a model is judged by, with what it said of them. */
export interface Judged {
  readonly probabilities: Float64Array;
  readonly labels: Uint8Array;
  /** Rows of one customer are drawn together. */
  readonly groups: Int32Array;
  /** MRR of each row in USD; null where the table has none. */
  readonly amounts: Float64Array | null;
}

const REPLICATES = 200;
const BINS = 10;
/** Rows that SHAP values are averaged over, at most. */
const EXPLAINED_ROWS = 5000;

/** A figure of the rows with its 95 % interval from a bootstrap of customers. */
function measureWithInterval(
  { probabilities, labels, groups }: Judged,
  measure: typeof measureRocAuc,
): Measured {
  const ranking = buildRanking(probabilities);
  const value = measure(ranking, labels) ?? Number.NaN;
  const interval = bootstrapInterval(
    { clusters: groups, replicates: REPLICATES, chance: buildSeededChance(1), level: 0.95 },
    (weights) => measure(ranking, labels, weights),
  );
  return { value, low: interval?.low ?? value, high: interval?.high ?? value };
}

function measureTopDecile({ probabilities, labels, amounts }: Judged): TopDecile {
  const values = amounts?.map((amount) => (Number.isNaN(amount) ? 0 : amount));
  const top = measureTopShare(probabilities, labels, { share: 0.1, values });
  return {
    rows: top?.rows ?? 0,
    precision: top?.precision ?? 0,
    lift: top?.lift ?? 0,
    captured: top?.recall ?? 0,
    mrrCaptured: top?.capturedValue ?? null,
  };
}

const TIERS: readonly Tier[] = ['critical', 'high', 'medium', 'low'];

function measureTiers(
  model: Pick<ScoringModel, 'tiers'>,
  { probabilities, labels }: Judged,
): readonly TierFigures[] {
  return TIERS.map((tier) => {
    const rows = [...labels.keys()].filter(
      (row) => chooseTier(model.tiers, probabilities[row] as number) === tier,
    );
    const events = rows.filter((row) => labels[row] === 1).length;
    const predicted = rows.reduce((total, row) => total + (probabilities[row] as number), 0);
    const mean = (sum: number): number | null => (rows.length === 0 ? null : sum / rows.length);
    return { tier, rows: rows.length, events, predicted: mean(predicted), observed: mean(events) };
  });
}

/** Null where the probabilities tell the outcomes apart without exception: then no slope is the best. */
function measureSlope({ probabilities, labels }: Judged): Measured | null {
  try {
    const found = measureCalibrationSlope(probabilities, labels);
    if (found === null) return null;
    const half = normalQuantile(0.975) * found.slopeError;
    return { value: found.slope, low: found.slope - half, high: found.slope + half };
  } catch (error) {
    if (error instanceof TenureError && error.code === 'FIT_IMPOSSIBLE') return null;
    throw error;
  }
}

/** What the champion did on rows later than those it was fitted on; `baseRate` is that of its training rows. */
export function evaluateModel(
  model: Pick<ScoringModel, 'tiers' | 'baseRate'>,
  judged: Judged,
): Pick<ModelCard, 'figures' | 'calibrationCurve' | 'tiers'> {
  const { probabilities, labels } = judged;
  const brier = measureBrier(probabilities, labels) ?? Number.NaN;
  const ofBase = measureBrier(new Float64Array(labels.length).fill(model.baseRate), labels) ?? Number.NaN;
  return {
    figures: {
      rocAuc: measureWithInterval(judged, measureRocAuc),
      prAuc: measureWithInterval(judged, measurePrAuc),
      brier,
      brierSkill: 1 - brier / ofBase,
      logLoss: measureLogLoss(probabilities, labels) ?? Number.NaN,
      calibrationSlope: measureSlope(judged),
      topDecile: measureTopDecile(judged),
    },
    calibrationCurve: buildCalibrationCurve(probabilities, labels, BINS).map(
      ({ n, predicted, observed, interval }) => ({
        rows: n,
        predicted,
        observed,
        low: interval?.low ?? observed,
        high: interval?.high ?? observed,
      }),
    ),
    tiers: measureTiers(model, judged),
  };
}

/** How strongly each predictor moves the margin, the strongest first: the mean of |SHAP|, over a sample when there are many rows. */
export function measureImportance(model: ScoringModel, frame: Frame): readonly Importance[] {
  const step = Math.max(1, Math.ceil(frame.rows / EXPLAINED_ROWS));
  const places = Int32Array.from({ length: Math.ceil(frame.rows / step) }, (_, place) => place * step);
  const columns = frame.columns.map((column) =>
    Float64Array.from(places, (place) => column[place] as number),
  );
  const explanation = explainModel(model, { names: frame.names, columns, rows: places.length });
  const totals = new Map(model.predictors.map(({ name }) => [name, 0]));
  for (let row = 0; row < places.length; row += 1) {
    for (const [name, value] of sumByPredictor(model, explanation, row))
      totals.set(name, (totals.get(name) ?? 0) + Math.abs(value));
  }
  return [...totals]
    .map(([predictor, total]) => ({ predictor, meanAbsolute: total / places.length }))
    .sort(
      (left, right) => right.meanAbsolute - left.meanAbsolute || (left.predictor < right.predictor ? -1 : 1),
    );
}

/** The AUC of a column by itself, with the sign that `sign` gives it; missing values count as the lowest. */
function measureColumn(column: Float64Array, labels: Uint8Array, sign: 1 | -1): number {
  const scores = column.map((value) => (Number.isNaN(value) ? Number.NEGATIVE_INFINITY : sign * value));
  return measureRocAuc(scores, labels) ?? 0.5;
}

/** The best that one input alone does on the test, chosen on the training rows; null where there is none. */
export function findOneRule(
  train: { readonly frame: Frame; readonly labels: Uint8Array },
  test: { readonly frame: Frame; readonly labels: Uint8Array },
): OneRule | null {
  let best: { place: number; sign: 1 | -1; auc: number } | null = null;
  for (const [place, column] of train.frame.columns.entries()) {
    for (const sign of [1, -1] as const) {
      const auc = measureColumn(column, train.labels, sign);
      if (best === null || auc > best.auc) best = { place, sign, auc };
    }
  }
  if (best === null) return null;
  const column = test.frame.columns[best.place] as Float64Array;
  return {
    predictor: test.frame.names[best.place] as string,
    rocAuc: measureColumn(column, test.labels, best.sign),
  };
}
