export type { BundleTarget } from './build-datasets.ts';
export type { BundleProblem } from './bundle-contents.ts';
export { type BundleFiles, readZip, renderZip } from './bundle-file.ts';
export { renderChartSql } from './chart-query-store.ts';
export { checkSupersetBundle } from './check-bundle.ts';
export type { ExportDomain, ExportMetric, ExportRelation, ExportWorld } from './export-world.ts';
export { buildSupersetBundle, type SupersetBundle } from './superset-bundle.ts';
export type { SupersetChart, SupersetDataset } from './superset-types.ts';
