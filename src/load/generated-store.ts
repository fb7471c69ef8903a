import type { DuckdbEngine, Engine } from '../engines/index.ts';
import { writeBatchRecord } from './batch-store.ts';

/** How the record names what came from no file. */
const GENERATED = 'generated';

/** Rows that were made up, not read. */
export interface GeneratedBatch {
  readonly batchId: string;
  readonly loadedAt: string;
  /** What made them, in the place where loads name the file. */
  readonly origin: string;
  readonly tables: readonly { readonly table: string; readonly rows: number }[];
}

/**
 * Puts rows that were written into the raw tables by something other than a load on record as a batch, so that
 * `runUndo` can take them back.
 *
 * @example
 * await writeGeneratedBatch(engine, {
 *   batchId: '1', loadedAt: utcTime(clock), origin: 'synthetic company, seed 1',
 *   tables: [{ table: 'raw.customers', rows: 1000 }],
 * });
 */
export async function writeGeneratedBatch(engine: DuckdbEngine, batch: GeneratedBatch): Promise<void> {
  const { batchId, loadedAt, origin, tables } = batch;
  const count = (rows: number) => ({ read: rows, inserted: rows, updated: 0, unchanged: 0, rejected: 0 });
  const record = {
    batchId,
    ...count(tables.reduce((total, { rows }) => total + rows, 0)),
    files: tables.map(({ table, rows }) => ({ file: origin, table, format: GENERATED, ...count(rows) })),
  };
  await engine.transaction(() => writeBatchRecord(engine, record, loadedAt));
}

/** What a raw file holds, by where it came from. */
export interface BatchOrigins {
  /** Batches with anything in them that was read from a file; those that were taken back do not count. */
  readonly loaded: readonly string[];
  readonly generated: readonly string[];
}

/** Tells the batches that were generated from those that were loaded, in the order in which they came. */
export async function fetchBatchOrigins(engine: Engine): Promise<BatchOrigins> {
  const rows = await engine.query(
    `select batches.batch_id, coalesce(min(case when files.format = $1 then 1 else 0 end), 0) as is_generated
     from loads.batches as batches left join loads.files as files using (batch_id)
     where batches.status = 'loaded'
     group by batches.batch_id, batches.started_at
     order by batches.started_at, length(batches.batch_id), batches.batch_id`,
    [GENERATED],
  );
  const list = (isGenerated: boolean) =>
    rows
      .filter((row) => (Number(row['is_generated']) === 1) === isGenerated)
      .map((row) => String(row['batch_id']));
  return { loaded: list(false), generated: list(true) };
}
