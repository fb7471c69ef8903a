export { type BoostOptions, boostTrees } from './boost-trees.ts';
export { bootstrapInterval } from './bootstrap.ts';
export {
  applyCalibration,
  type Calibration,
  fitIsotonic,
  fitPlatt,
} from './calibration.ts';
export { chiSquareQuantile, chiSquareTail } from './chi-square.ts';
export { measureConcordance } from './concordance.ts';
export { type CoxTerm, fitCox } from './cox.ts';
export { type Explanation, explainTrees } from './explain-trees.ts';
export { type Frame, selectRows } from './frame.ts';
export type { Lifetimes } from './lifetimes.ts';
export {
  explainLinear,
  fitLogistic,
  type LinearModel,
  predictLinear,
} from './linear-model.ts';
export { type ChiSquareTest, type LogRankTest, runLogRankTest } from './log-rank.ts';
export { sigmoid } from './logistic.ts';
export { buildMeanDifference, buildSample, type Sample } from './mean-difference.ts';
export { normalQuantile, normalTail } from './normal.ts';
export { parseLightgbmText } from './parse-lightgbm-text.ts';
export { predictMargin, predictMargins } from './predict-margins.ts';
export {
  buildCalibrationCurve,
  measureBrier,
  measureCalibrationSlope,
  measureLogLoss,
} from './probability-measures.ts';
export { checkProportionalHazards, type ProportionalityTest } from './proportional-hazards.ts';
export { measurePsi, type Psi } from './psi.ts';
export {
  buildRanking,
  buildRocCurve,
  measurePrAuc,
  measureRocAuc,
  measureTopShare,
} from './ranking.ts';
export { renderLightgbmText } from './render-lightgbm-text.ts';
export { type OnnxModel, renderOnnx } from './render-onnx.ts';
export { buildTQuantile } from './student-t.ts';
export {
  buildSurvivalCurve,
  measureRestrictedMean,
  measureSurvival,
  measureSurvivalQuantile,
  type RestrictedMean,
  type SurvivalCurve,
  type SurvivalQuantile,
  type SurvivalStep,
} from './survival-curve.ts';
export type { Tree, TreeEnsemble } from './tree-ensemble.ts';
export { buildWilsonInterval, type Interval } from './wilson-interval.ts';
