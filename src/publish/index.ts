export { withPart } from './part-files.ts';
export { publishDuckdb } from './publish-duckdb-store.ts';
export type { PublishJob } from './publish-job.ts';
export { publishParquet } from './publish-parquet.ts';
export { publishPostgres } from './publish-postgres-store.ts';
export {
  PUBLISH_TARGETS,
  type PublishProgress,
  type PublishReport,
  type PublishTarget,
  type TablePlan,
} from './publish-set.ts';
