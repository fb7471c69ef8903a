export { type Catalogue, type Domain, isMeasured, type MeasuredMetric, type Metric } from './catalogue.ts';
export { renderCheckQuery } from './check-query-store.ts';
export { readCatalogue } from './read-catalogue.ts';
