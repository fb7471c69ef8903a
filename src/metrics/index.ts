export { type Catalogue, type Domain, isMeasured } from './catalogue.ts';
export { checkCatalogue } from './check-catalogue.ts';
export { renderCheckQuery } from './check-query-store.ts';
export { listGeneratedModels } from './generated-models-store.ts';
export type { MetricQuery } from './metric-query.ts';
export { findMetric, listDimensions } from './plan-query.ts';
export { readCatalogue } from './read-catalogue.ts';
export { buildVersion, type MetricAnswer, runMetricQuery } from './run-query-store.ts';
