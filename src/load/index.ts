export { type Batch, listBatches, runUndo, type UndoReport } from './batch-store.ts';
export { renderTableDdl } from './ddl-store.ts';
export type {
  FileReport,
  LoadProgress,
  LoadReport,
  LoadRequest,
  RejectSample,
  RuleCount,
} from './load-types.ts';
export { openRawStore } from './raw-store.ts';
export { runLoad } from './run-load.ts';
