import type { CheckedChart, CheckedDashboard, CheckedDatabase, CheckedDataset } from './check-schemas.ts';

/** What is wrong with a bundle, and where. */
export interface BundleProblem {
  readonly file: string;
  /** The place within the file: `params.metric`; empty for the file itself. */
  readonly path: string;
  readonly rule: string;
  readonly problem: string;
}

/** Notes a problem of one file. */
export type Report = (rule: string, path: string, problem: string) => void;

/** What is in a bundle, by file. */
export interface BundleContents {
  readonly databases: ReadonlyMap<string, CheckedDatabase>;
  readonly datasets: ReadonlyMap<string, CheckedDataset>;
  readonly charts: ReadonlyMap<string, CheckedChart>;
  readonly dashboards: ReadonlyMap<string, CheckedDashboard>;
}
