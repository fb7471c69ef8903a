export type { TierRule } from './capacity-tiers.ts';
export { renderMoveFigure } from './drift.ts';
export { type DriftReport, fetchDrift } from './drift-store.ts';
export { type CustomerExplanation, explainCustomer } from './explain-customer-store.ts';
export {
  EXPORT_FORMATS,
  EXPORT_PARTS,
  type ExportOptions,
  exportModel,
} from './export-model.ts';
export {
  type FeatureExtractor,
  openFeatureExtractor,
} from './feature-extractor-store.ts';
export { type ForecastReport, fetchForecast } from './forecast-store.ts';
export { parseImported } from './imported-model.ts';
export type { ModelFile } from './imported-spans.ts';
export type { ModelCard } from './model-card.ts';
export { fetchModel, fetchModels, type StoredModel } from './models-store.ts';
export { findOutcome, OUTCOMES } from './predictors.ts';
export { fetchRealised, type Realised } from './realised-store.ts';
export { type ScoreReport, scoreWarehouse } from './score-warehouse.ts';
export { createScoringTables } from './scoring-tables-store.ts';
export { fetchInputs } from './snapshots-store.ts';
export { fetchSurvival, type SurvivalReport, type SurvivalRequest } from './survival.ts';
export type { HazardReport } from './survival-cox.ts';
export type { SurvivalGroup } from './survival-groups.ts';
export { DEFAULT_LIFTS } from './train-model.ts';
export { type TableTraining, type TrainedTable, trainTable } from './train-table-store.ts';
