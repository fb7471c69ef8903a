import { type Clock, quoteIdentifier, quoteLiteral, TenureError, utcTime } from '../base/index.ts';
import { type ContractTable, listTables, parseTable } from '../contract/index.ts';
import type { DuckdbEngine, Engine } from '../engines/index.ts';
import { LOAD_COLUMNS } from './ddl-store.ts';
import { undoJournaled } from './journal-store.ts';
import type {
  LoadCounts,
  LoadReport,
  RefusedFile,
  RejectRule,
  RejectSample,
  RuleCount,
} from './load-types.ts';
import { FILES, historyOf, quoteList, REJECTS, relationOf } from './names-store.ts';
import { undoProgress } from './sources/progress-store.ts';

/** One load, as it is on record. */
export interface Batch {
  readonly batchId: string;
  readonly startedAt: string;
  readonly status: 'loaded' | 'undone';
  readonly read: number;
  readonly inserted: number;
  readonly updated: number;
  readonly unchanged: number;
  readonly rejected: number;
}

/**
 * Every load of the raw file, latest first.
 *
 * @example
 * const [latest] = await listBatches(engine);
 */
export async function listBatches(engine: Engine): Promise<readonly Batch[]> {
  const rows = await engine.query(
    'select * from loads.batches order by started_at desc, length(batch_id) desc, batch_id desc',
  );
  return rows.map((row) => ({
    batchId: String(row['batch_id']),
    startedAt: String(row['started_at']),
    status: row['status'] === 'undone' ? 'undone' : 'loaded',
    read: Number(row['rows_read']),
    inserted: Number(row['rows_inserted']),
    updated: Number(row['rows_updated']),
    unchanged: Number(row['rows_unchanged']),
    rejected: Number(row['rows_rejected']),
  }));
}

/** Makes the names of the files known to SQL, so that rejects can carry them. */
export async function createFileNames(
  engine: DuckdbEngine,
  labels: ReadonlyMap<number, string>,
): Promise<void> {
  await engine.execute(`create or replace table ${FILES} (file integer, label varchar)`);
  const rows = [...labels].map(([id, label]) => `(${id}, ${quoteLiteral(label)})`);
  if (rows.length > 0) await engine.execute(`insert into ${FILES} values ${rows.join(', ')}`);
}

/** Rejects a file as a whole, with the number of rows it holds. */
export async function rejectFile(engine: DuckdbEngine, file: RefusedFile, rows: number): Promise<void> {
  const table = file.table === null ? null : `${file.table.schema}.${file.table.name}`;
  await engine.execute(
    `insert into ${REJECTS} (file, table_name, line, column_name, value, rule, reason, "row", "rows")
     values ($1, $2, 1, null, $3, $4, $5, $6, $7)`,
    [file.id, table, file.value, file.rule, file.reason, file.value, rows],
  );
}

export async function fetchRuleCounts(engine: DuckdbEngine): Promise<readonly RuleCount[]> {
  const rows = await engine.query(
    `select table_name, rule, column_name, sum(greatest("rows", case when rule in ('header', 'unreadable') then 0 else 1 end))::bigint as n
     from ${REJECTS} group by all order by all`,
  );
  return rows.map((row) => ({
    table: row['table_name'] === null ? null : String(row['table_name']),
    rule: row['rule'] as RejectRule,
    column: row['column_name'] === null ? null : String(row['column_name']),
    rows: Number(row['n']),
  }));
}

function parseText(value: unknown): string | null {
  return value === null || value === undefined ? null : String(value);
}

/** The key of a rejected row, from the row as JSON; null where there is none. */
function renderKey(table: string, row: string): string | null {
  if (!row.startsWith('{')) return null;
  // DuckDB writes numbers that JSON does not know.
  const json = row.replace(/:-?(NaN|Infinity)(?=[,}])/g, ':null');
  const values = JSON.parse(json) as Readonly<Record<string, unknown>>;
  const names = parseTable(table)?.key ?? [];
  return names.map((name) => `${name} ${values[name] ?? '?'}`).join(', ');
}

export async function fetchSamples(engine: DuckdbEngine, limit: number): Promise<readonly RejectSample[]> {
  const rows = await engine.query(
    `select files.label, rejects.table_name, rejects.line, rejects."row", rejects.column_name, rejects.value, rejects.rule, rejects.reason
     from ${REJECTS} as rejects inner join ${FILES} as files using (file)
     order by rejects.file, rejects.line, rejects.row_id, rejects.rowid limit ${limit}`,
  );
  return rows.map((row) => ({
    file: String(row['label']),
    table: parseText(row['table_name']),
    line: row['line'] === null ? null : Number(row['line']),
    key: row['line'] === null ? renderKey(String(row['table_name']), String(row['row'])) : null,
    column: parseText(row['column_name']),
    value: parseText(row['value']),
    rule: row['rule'] as RejectRule,
    reason: String(row['reason']),
  }));
}

/** What is put on record of a batch. */
export interface BatchRecord extends LoadCounts {
  readonly batchId: string;
  readonly files: readonly FileRecord[];
}

export interface FileRecord extends LoadCounts {
  readonly file: string;
  /** `schema.name`; null when no table of the contract fits the file. */
  readonly table: string | null;
  readonly format: string;
}

/** Puts a batch and its files on record. Inside the transaction that writes the rows. */
export async function writeBatchRecord(
  engine: DuckdbEngine,
  record: BatchRecord,
  loadedAt: string,
): Promise<void> {
  const { batchId } = record;
  const counts = ({ read, inserted, updated, unchanged, rejected }: LoadCounts) => [
    read,
    inserted,
    updated,
    unchanged,
    rejected,
  ];
  await engine.execute(
    'insert into loads.batches values ($1, $2::timestamptz, $3, $4, $5, $6, $7, $8, null)',
    [batchId, loadedAt, 'loaded', ...counts(record)],
  );
  for (const file of record.files) {
    await engine.execute('insert into loads.files values ($1, $2, $3, $4, $5, $6, $7, $8, $9)', [
      batchId,
      file.file,
      file.table,
      file.format,
      ...counts(file),
    ]);
  }
}

/** Puts a load, its files and its rejects on record. Inside the load's transaction. */
export async function writeBatch(engine: DuckdbEngine, report: LoadReport, loadedAt: string): Promise<void> {
  await writeBatchRecord(engine, report, loadedAt);
  await engine.execute(
    `insert into loads.raw_rejects
     select ${quoteLiteral(report.batchId)}, rejects.table_name, files.label, rejects.line, rejects.column_name,
       rejects.value, rejects.rule, rejects.reason, rejects."row", rejects."rows"
     from ${REJECTS} as rejects inner join ${FILES} as files using (file)
     order by rejects.file, rejects.line, rejects.row_id, rejects.rowid`,
  );
}

/** What an undo took back. */
export interface UndoReport {
  readonly batchId: string;
  /** Rows of the batch that were removed. */
  readonly removed: number;
  /** Rows the batch had replaced that stand again. */
  readonly restored: number;
}

function renderSameKey(table: ContractTable, left: string, right: string): string {
  return table.key
    .map((name) => `${left}.${quoteIdentifier(name)} = ${right}.${quoteIdentifier(name)}`)
    .join(' and ');
}

async function undoTable(engine: Engine, table: ContractTable, batchId: string) {
  const batch = quoteLiteral(batchId);
  const columns = quoteList([...table.columns.map((column) => column.name), ...LOAD_COLUMNS]);
  let removed = await engine.execute(`delete from ${relationOf(table)} where "_batch_id" = ${batch}`);
  // Where a later batch replaced this one's version, what this one replaced is now what that later one replaced.
  await engine.execute(
    `update ${historyOf(table)} as older
     set "_replaced_by" = mine."_replaced_by", "_replaced_at" = mine."_replaced_at"
     from ${historyOf(table)} as mine
     where mine."_batch_id" = ${batch} and older."_replaced_by" = ${batch} and ${renderSameKey(table, 'mine', 'older')}`,
  );
  removed += await engine.execute(`delete from ${historyOf(table)} where "_batch_id" = ${batch}`);
  const restored = await engine.execute(
    `insert into ${relationOf(table)} (${columns}) select ${columns} from ${historyOf(table)} where "_replaced_by" = ${batch}`,
  );
  await engine.execute(`delete from ${historyOf(table)} where "_replaced_by" = ${batch}`);
  return { removed, restored };
}

/**
 * Takes a batch back: its rows go, what they replaced stands again, whether or not later batches came. Rows a
 * later batch repeated unchanged belong to the batch that brought them first, and go with it.
 *
 * @throws TenureError BATCH_UNKNOWN when there is no such batch, or it was undone before
 *
 * @example
 * const { removed, restored } = await runUndo(engine, '7', clock);
 */
export async function runUndo(engine: Engine, batchId: string, clock: Clock): Promise<UndoReport> {
  const batches = await listBatches(engine);
  const batch = batches.find((candidate) => candidate.batchId === batchId && candidate.status === 'loaded');
  if (batch === undefined) {
    const known = batches
      .filter((candidate) => candidate.status === 'loaded')
      .map((candidate) => candidate.batchId);
    throw new TenureError('BATCH_UNKNOWN', { batch: batchId, known: known.join(', ') || 'none' });
  }
  if (!engine.profile.hasTransactions) return { batchId, ...(await undoJournaled(engine, batchId, clock)) };
  return engine.transaction(async () => {
    let removed = 0;
    let restored = 0;
    for (const table of listTables()) {
      const counts = await undoTable(engine, table, batchId);
      removed += counts.removed;
      restored += counts.restored;
    }
    await undoProgress(engine, batchId);
    await engine.execute('delete from loads.raw_rejects where batch_id = $1', [batchId]);
    await engine.execute(
      `update loads.batches set status = 'undone', undone_at = $2::timestamptz where batch_id = $1`,
      [batchId, utcTime(clock)],
    );
    return { batchId, removed, restored };
  });
}
