export { type ForecastReport, fetchForecast } from './forecast-store.ts';
export { createScoringTables } from './scoring-tables-store.ts';
export { fetchSurvival, type SurvivalReport, type SurvivalRequest } from './survival.ts';
export type { HazardReport } from './survival-cox.ts';
export type { SurvivalGroup } from './survival-groups.ts';
