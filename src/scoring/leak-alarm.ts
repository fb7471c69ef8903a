import type { Alarm, ModelCard } from './model-card.ts';

/** What nobody's behaviour foretells: a model or a single predictor that tells this much knows the outcome. */
const TOO_GOOD = 0.9;
/** A gain in AUC by predictors that may be entered because of the outcome. */
const DOUBTFUL_GAIN = 0.03;

const show = (figure: number): string => figure.toFixed(3);

/** What looks as if the outcome were known beforehand (scoring.md, "Model card"). */
export function listAlarms({
  rocAuc,
  oneRule,
  withoutDoubtful,
}: Pick<ModelCard, 'oneRule' | 'withoutDoubtful'> & { readonly rocAuc: number }): readonly Alarm[] {
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
  if (withoutDoubtful !== null && rocAuc - withoutDoubtful.rocAuc > DOUBTFUL_GAIN)
    alarms.push({
      kind: 'doubtful_predictors',
      text: `Without ${withoutDoubtful.predictors.join(' and ')} the AUC falls from ${show(rocAuc)} to ${show(withoutDoubtful.rocAuc)}: they may be entered because the outcome is near.`,
    });
  return alarms;
}
