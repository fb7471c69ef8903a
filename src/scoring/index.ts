export { type ForecastReport, fetchForecast } from './forecast-store.ts';
export { createScoringTables } from './scoring-tables-store.ts';
