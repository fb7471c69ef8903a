export { renderMeasure } from './aggregate-store.ts';
export { type Catalogue, type Domain, hasCompanyFigure, isSummable, type Metric } from './catalogue.ts';
export { checkCatalogue } from './check-catalogue.ts';
export { renderCheckQuery } from './check-query-store.ts';
export { fetchDimensionValues } from './dimension-values-store.ts';
export { listGeneratedModels } from './generated-models-store.ts';
export { type HealthDefinition, healthSchema } from './health-definition.ts';
export { type MetricQuery, metricQuerySchema } from './metric-query.ts';
export { compileMetricSeries, compileStateSeries, listSeriesGrains } from './metric-series-store.ts';
export { findMetric, listDimensions } from './plan-query.ts';
export { readCatalogue } from './read-catalogue.ts';
export { type HealthContext, readHealth } from './read-health.ts';
export { readTargets, type Target } from './read-targets.ts';
export { ALERT_BANDS, type AlertBand, type ReplayReport, runReplay } from './replay-store.ts';
export {
  buildVersion,
  type CompiledMetricQuery,
  compileMetricQuery,
  fetchCoverage,
  fetchModelGap,
  type MetricAnswer,
  runMetricQuery,
} from './run-query-store.ts';
export { buildPeriods } from './time-range.ts';
