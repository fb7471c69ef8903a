import type { Drift } from './drift.ts';
import type { Tier } from './scoring-model.ts';

/** A figure and its interval. */
export interface Measured {
  readonly value: number;
  readonly low: number;
  readonly high: number;
}

/** Rows that were learned from or judged by. Days are snapshots, the first and the last. */
export interface RowsUsed {
  readonly from: string | null;
  readonly to: string | null;
  readonly rows: number;
  readonly groups: number;
  readonly events: number;
  readonly baseRate: number;
}

/** How a candidate did on the test. */
export interface CandidateFigures {
  readonly candidate: string;
  readonly calibration: string;
  readonly logLoss: number;
  readonly brier: number;
  /** Null where every row has the same probability. */
  readonly rocAuc: number | null;
}

/** The tenth of the test rows with the highest probabilities. */
export interface TopDecile {
  readonly rows: number;
  /** Share of them with the event. */
  readonly precision: number;
  readonly lift: number;
  /** Share of all events that is among them. */
  readonly captured: number;
  /** Share of the MRR of all customers with the event; null without MRR. */
  readonly mrrCaptured: number | null;
}

export interface CurvePoint {
  readonly rows: number;
  readonly predicted: number;
  readonly observed: number;
  readonly low: number;
  readonly high: number;
}

export interface TierFigures {
  readonly tier: Tier;
  readonly rows: number;
  readonly events: number;
  readonly predicted: number | null;
  readonly observed: number | null;
}

/** Mean of |contribution| over the test rows, in log-odds. */
export interface Importance {
  readonly predictor: string;
  readonly meanAbsolute: number;
}

/** The best that one predictor alone does; chosen on the training rows. */
export interface OneRule {
  readonly predictor: string;
  readonly rocAuc: number;
}

export interface Alarm {
  readonly kind:
    | 'auc_too_good'
    | 'one_predictor_too_good'
    | 'certain_value'
    | 'dated_by_outcome'
    | 'doubtful_predictors';
  readonly text: string;
}

/** Everything published about a model: measured on rows later than those it was fitted on. */
export interface ModelCard {
  /** An outcome of the product, or the label of a table of one's own. */
  readonly name: string;
  readonly version: string;
  /** What to know before all figures; null where there is nothing. */
  readonly note: string | null;
  /** What the published model was refitted on; of a model from outside, what base rate and tiers come from. */
  readonly fitted: RowsUsed;
  /** What the judged models were fitted on; null where that is not known. */
  readonly trained: RowsUsed | null;
  readonly tested: RowsUsed;
  readonly champion: string;
  readonly candidates: readonly CandidateFigures[];
  /** Of the champion on the test. */
  readonly figures: {
    readonly rocAuc: Measured;
    readonly prAuc: Measured;
    readonly brier: number;
    /** 1 − Brier score / Brier score of the training base rate. */
    readonly brierSkill: number;
    readonly logLoss: number;
    readonly calibrationSlope: Measured | null;
    readonly topDecile: TopDecile;
  };
  readonly calibrationCurve: readonly CurvePoint[];
  readonly tiers: readonly TierFigures[];
  readonly oneRule: OneRule | null;
  readonly importance: readonly Importance[];
  /** The test rows against the training rows, the farthest predictor first. */
  readonly drift: readonly Drift[];
  /** The same without the doubtful predictors; null where there are none. */
  readonly withoutDoubtful: {
    readonly predictors: readonly string[];
    readonly rocAuc: number;
    readonly importance: readonly Importance[];
  } | null;
  readonly alarms: readonly Alarm[];
}
