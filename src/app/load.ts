import path from 'node:path';
import type { Engine } from '../engines/index.ts';
import {
  type Batch,
  type LoadProgress,
  type LoadReport,
  listBatches,
  runSourceLoad,
  runUndo,
  type UndoReport,
} from '../load/index.ts';
import { runAfterJobs, runJob, type TenureContext } from './context.ts';
import { runOnRaw } from './raw-file.ts';
import { buildProgressWatch } from './watch-engine.ts';

export interface LoadCommand {
  /** Files and folders; none where a source is named. */
  readonly paths?: readonly string[];
  /** A database of `sources.yml` to load from in place of files. Its name may be left out where there is one of its kind. */
  readonly source?: { readonly name?: string | undefined; readonly kind?: string | undefined };
  /** Reads all of a source or folder, however far earlier loads came. */
  readonly isFullRefresh?: boolean;
  /** The table all files belong to, when their names do not say it. */
  readonly table?: string;
  readonly mapFile?: string;
  /** Report everything, write nothing. */
  readonly isDryRun?: boolean;
  /** One reject, and nothing is loaded. */
  readonly isStrict?: boolean;
  readonly signal?: AbortSignal;
  /** `percent` is how far the running statement is, null where that is not known. */
  readonly onProgress?: (progress: LoadProgress, percent: number | null) => void;
}

function renderLoadEnd(report: LoadReport): string {
  const { read, inserted, updated, unchanged, rejected } = report;
  return `batch ${report.batchId}: ${read} read, ${inserted} new, ${updated} updated, ${unchanged} unchanged, ${rejected} rejected`;
}

async function buildBatchId(raw: Engine): Promise<string> {
  const numbers = (await listBatches(raw)).map((batch) => Number(batch.batchId)).filter(Number.isSafeInteger);
  return String(Math.max(0, ...numbers) + 1);
}

/**
 * Loads files, or the tables of a database, into the raw tables, as one batch: everything in one transaction, or nothing.
 *
 * @throws TenureError DATABASE_OWNED, and what `runLoad` and `runSourceLoad` throw
 */
export function runWorkspaceLoad(context: TenureContext, request: LoadCommand): Promise<LoadReport> {
  const { signal, onProgress: listen, source, paths = [], ...rest } = request;
  const { onProgress, ...watch } = buildProgressWatch<LoadProgress>(signal, (progress, percent) =>
    listen?.(progress, percent),
  );
  return runJob(context, {
    kind: 'load',
    asOf: null,
    work: () =>
      runOnRaw(context, watch, async (raw) => {
        const common = {
          ...rest,
          clock: context.clock,
          batchId: await buildBatchId(raw),
          scratchPath: path.join(context.workspace.files.scratch, 'load.duckdb'),
          onProgress,
        };
        const { workspace, environment, storage } = context;
        if (source === undefined) return storage.runLoad(raw, { ...common, paths });
        const sourcesFile = path.join(workspace.root, 'sources.yml');
        return runSourceLoad(raw, {
          ...common,
          load: (given) => storage.runLoad(raw, given),
          sourcesFile,
          source: source.name,
          kind: source.kind,
          environment,
          signal,
        });
      }),
    renderEnd: (report) => ({
      status: report.status === 'refused' ? 'failed' : 'ok',
      summary: renderLoadEnd(report),
    }),
  });
}

/** Takes a batch back: its rows go, and the versions they replaced return. */
export function runWorkspaceUndo(context: TenureContext, batchId: string): Promise<UndoReport> {
  return runJob(context, {
    kind: 'undo',
    asOf: null,
    work: () => runOnRaw(context, {}, (raw) => runUndo(raw, batchId, context.clock)),
    renderEnd: () => ({ status: 'ok', summary: `batch ${batchId} taken back` }),
  });
}

/** The batches that were loaded, latest first. */
export function fetchBatches(context: TenureContext): Promise<readonly Batch[]> {
  return runAfterJobs(context, () => runOnRaw(context, {}, listBatches));
}
