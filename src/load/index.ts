export { type Batch, listBatches, runUndo, type UndoReport } from './batch-store.ts';
export { isContinued, mergeChanges } from './changes-store.ts';
export { renderTableDdl } from './ddl-store.ts';
export { fetchBatchOrigins, writeGeneratedBatch } from './generated-store.ts';
export type {
  LoadProgress,
  LoadReport,
  LoadRequest,
} from './load-types.ts';
export { openRawStore } from './raw-store.ts';
export { runRemoteLoad } from './remote-load.ts';
export { replaceRemoteRaw } from './remote-store.ts';
export { runLoad } from './run-load.ts';
export { checkSources } from './sources/check-sources.ts';
export { runSourceLoad, type SourceLoadRequest } from './sources/run-source-load.ts';
