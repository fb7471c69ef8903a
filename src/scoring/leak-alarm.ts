import { buildWilsonInterval, type Frame, measureRocAuc } from '../statistics/index.ts';
import type { Alarm, ModelCard } from './model-card.ts';
import type { ModelInput } from './scoring-model.ts';

/** What nobody's behaviour foretells: a model or a single predictor that tells this much knows the outcome. */
const TOO_GOOD = 0.9;
/** A gain in AUC by predictors that may be entered because of the outcome. */
const DOUBTFUL_GAIN = 0.03;
/** An AUC by which the day of a row tells its outcome; seasons and growth alone stay far below. */
const DATED = 0.75;
/** Columns with more different values are measures: one value of them says nothing. */
const MOST_VALUES = 1000;

/** One value of one predictor with which the event as good as always came. */
export interface CertainValue {
  /** The input with its value: `final_stage=closed_won`, `refunds = 2`. */
  readonly words: string;
  readonly rows: number;
  readonly events: number;
}

function countValues(column: Float64Array, labels: Uint8Array): ReadonlyMap<number, [number, number]> | null {
  const counts = new Map<number, [number, number]>();
  for (let row = 0; row < column.length; row += 1) {
    const value = column[row] as number;
    const found = counts.get(value);
    if (found === undefined) counts.set(value, [1, labels[row] as number]);
    else {
      found[0] += 1;
      found[1] += labels[row] as number;
    }
    if (counts.size > MOST_VALUES) return null;
  }
  return counts;
}

/**
 * The value of an input with the highest sure share of events, when that is above .9: the lower end of Wilson's interval,
 * so that it takes 35 rows without exception. A leak that few rows have is seen here, and in no AUC and no SHAP value. Null
 * where there is none, or where most rows have the event anyhow.
 */
export function findCertainValue(
  inputs: readonly ModelInput[],
  { columns }: Frame,
  labels: Uint8Array,
): CertainValue | null {
  const events = labels.reduce((total, label) => total + label, 0);
  if (2 * events > labels.length) return null;
  let [best, sure]: [CertainValue | null, number] = [null, TOO_GOOD];
  for (const [place, column] of columns.entries()) {
    for (const [value, [rows, held]] of countValues(column, labels) ?? []) {
      const { name, level } = inputs[place] as ModelInput;
      const low = buildWilsonInterval(held, rows)?.low ?? 0;
      // Not to have one level is to have any of the others: those are looked at themselves.
      if (low <= sure || (level !== null && value === 0)) continue;
      const shown = Number.isNaN(value) ? 'unknown' : String(value);
      sure = low;
      best = { words: level !== null && value === 1 ? name : `${name} = ${shown}`, rows, events: held };
    }
  }
  return best;
}

/** A date of the rows and the AUC with which it alone tells the outcome, whichever way round. */
export interface Dating {
  readonly column: string;
  readonly rocAuc: number;
}

/** How far the dates of a column tell the outcome; null where all are the same, or all outcomes. */
export function measureDating(column: string, days: Int32Array, labels: Uint8Array): Dating | null {
  const rocAuc = measureRocAuc(Float64Array.from(days), labels);
  if (rocAuc === null || days.every((day) => day === days[0])) return null;
  return { column, rocAuc: Math.max(rocAuc, 1 - rocAuc) };
}

const show = (figure: number): string => figure.toFixed(3);

/** What is wrong with rows whose date tells the outcome; null where it does not. */
export function describeDating(dating: Dating | null): string | null {
  if (dating === null || dating.rocAuc <= DATED) return null;
  return `${dating.column} alone has an AUC of ${show(dating.rocAuc)}: rows with the event are dated otherwise than rows without, as when they are observed on the day it came`;
}

/** What the alarms are raised by. */
export interface LeakFigures extends Pick<ModelCard, 'oneRule' | 'withoutDoubtful'> {
  /** On the test. */
  readonly rocAuc: number;
  readonly certain: CertainValue | null;
  readonly dating: Dating | null;
}

/** What looks as if the outcome were known beforehand (scoring.md, "Model card"). */
export function listAlarms({
  rocAuc,
  oneRule,
  withoutDoubtful,
  certain,
  dating,
}: LeakFigures): readonly Alarm[] {
  const alarms: Alarm[] = [];
  if (rocAuc > TOO_GOOD)
    alarms.push({
      kind: 'auc_too_good',
      text: `An AUC of ${show(rocAuc)} is too good to be true: look for a predictor that is written down after the event, or observations dated by it.`,
    });
  if (oneRule !== null && oneRule.rocAuc > TOO_GOOD)
    alarms.push({
      kind: 'one_predictor_too_good',
      text: `${oneRule.predictor} alone has an AUC of ${show(oneRule.rocAuc)}: it most likely holds the outcome.`,
    });
  if (certain !== null)
    alarms.push({
      kind: 'certain_value',
      text: `${certain.events} of ${certain.rows} rows with ${certain.words} have the event: it is most likely written down with the outcome.`,
    });
  const dated = describeDating(dating);
  if (dated !== null)
    alarms.push({ kind: 'dated_by_outcome', text: `${dated}. Observe all on the same days.` });
  if (withoutDoubtful !== null && rocAuc - withoutDoubtful.rocAuc > DOUBTFUL_GAIN)
    alarms.push({
      kind: 'doubtful_predictors',
      text: `Without ${withoutDoubtful.predictors.join(' and ')} the AUC falls from ${show(rocAuc)} to ${show(withoutDoubtful.rocAuc)}: they may be entered because the outcome is near.`,
    });
  return alarms;
}
