import { type Clock, quoteLiteral, utcTime } from '../base/index.ts';
import { type ContractTable, listTables } from '../contract/index.ts';
import type { Engine } from '../engines/index.ts';
import { LOAD_COLUMNS } from './ddl-store.ts';
import { historyOf, quoteList, relationOf } from './names-store.ts';

/**
 * Loads into raw tables of an engine without transactions. What is being done stands in `loads.journal` until it is done; who
 * finds it there later, because the process ended between, takes a load back and brings an undo to its end. Every step may be
 * done twice.
 */
type Step = 'load' | 'undo' | 'replace';

/** The records of a load, but for the batch itself. */
const DETAILS = ['files', 'raw_rejects', 'source_progress', 'seen_files'] as const;

/** What an undo took back from the raw tables. */
export interface UndoneRows {
  readonly removed: number;
  readonly restored: number;
}

async function fetchCount(engine: Engine, from: string): Promise<number> {
  const [row] = await engine.query(`select count(*) as n from ${from}`);
  return Number(row?.['n']);
}

async function begin(engine: Engine, step: Step, batchId: string): Promise<void> {
  await engine.execute('insert into loads.journal (step, batch_id) values ($1, $2)', [step, batchId]);
}

async function end(engine: Engine): Promise<void> {
  await engine.execute('truncate table loads.journal');
}

function listColumns(table: ContractTable): string {
  return quoteList([...table.columns.map(({ name }) => name), ...LOAD_COLUMNS]);
}

/** Brings rows back that a batch replaced, where no row of their key stands. */
async function restoreReplaced(engine: Engine, table: ContractTable, batchId: string): Promise<number> {
  const [columns, keys] = [listColumns(table), quoteList(table.key)];
  const replaced = `${historyOf(table)} where "_replaced_by" = ${quoteLiteral(batchId)}`;
  if ((await fetchCount(engine, replaced)) === 0) return 0;
  const standing = `select ${keys} from ${relationOf(table)} where (${keys}) in (select ${keys} from ${replaced})`;
  const missing = `${replaced} and (${keys}) not in (${standing})`;
  const count = await fetchCount(engine, missing);
  await engine.execute(`insert into ${relationOf(table)} (${columns}) select ${columns} from ${missing}`);
  await engine.execute(`delete from ${replaced}`);
  return count;
}

async function removeBatch(engine: Engine, table: ContractTable, batchId: string): Promise<number> {
  const mine = `${relationOf(table)} where "_batch_id" = ${quoteLiteral(batchId)}`;
  const count = await fetchCount(engine, mine);
  if (count > 0) await engine.execute(`delete from ${mine}`);
  return count;
}

/** Where a later batch replaced this one's version, what this one replaced is now what that later one replaced. */
async function bridgeHistory(engine: Engine, table: ContractTable, batchId: string): Promise<number> {
  const [history, batch] = [historyOf(table), quoteLiteral(batchId)];
  const [columns, keys] = [listColumns(table), quoteList(table.key)];
  const own = `${history} where "_batch_id" = ${batch}`;
  const count = await fetchCount(engine, own);
  if (count === 0) return 0;
  const versions = `${keys}, "_batch_id"`;
  await engine.execute(
    `insert into ${history} (${columns}, "_replaced_by", "_replaced_at")
     select ${quoteList([...table.columns.map(({ name }) => name), ...LOAD_COLUMNS], 'older.')}, mine."_replaced_by", mine."_replaced_at"
     from (select * from ${history} where "_replaced_by" = ${batch}) as older
     inner join (select ${keys}, "_replaced_by", "_replaced_at" from ${own}) as mine using (${keys})
     where (${quoteList([...table.key, '_batch_id'], 'older.')}) not in (
       select ${versions} from ${history} where "_replaced_by" <> ${batch}
     )`,
  );
  await engine.execute(
    `delete from ${history} where "_replaced_by" = ${batch} and (${keys}) in (select ${keys} from ${own})`,
  );
  await engine.execute(`delete from ${own}`);
  return count;
}

async function undoTable(engine: Engine, table: ContractTable, batchId: string): Promise<UndoneRows> {
  const removed = await removeBatch(engine, table, batchId);
  const bridged = await bridgeHistory(engine, table, batchId);
  return { removed: removed + bridged, restored: await restoreReplaced(engine, table, batchId) };
}

async function undoRows(engine: Engine, batchId: string): Promise<UndoneRows> {
  let [removed, restored] = [0, 0];
  for (const table of listTables()) {
    const counts = await undoTable(engine, table, batchId);
    removed += counts.removed;
    restored += counts.restored;
  }
  return { removed, restored };
}

/** How far sources and folders were read is taken back, as `undoProgress` says. */
async function undoRecords(engine: Engine, batchId: string, undoneAt: string): Promise<void> {
  const batch = quoteLiteral(batchId);
  for (const name of ['source_progress', 'seen_files'])
    await engine.execute(
      `delete from loads.${name} where cast(batch_id as bigint) >= ${Number(batchId)}
       and table_name in (select table_name from loads.files where batch_id = ${batch})`,
    );
  await engine.execute(`delete from loads.raw_rejects where batch_id = ${batch}`);
  const undone = `loads.batches where batch_id = ${batch} and status = 'undone'`;
  if ((await fetchCount(engine, undone)) === 0)
    await engine.execute(
      `insert into loads.batches
       select batch_id, started_at, 'undone' as status, rows_read, rows_inserted, rows_updated, rows_unchanged, rows_rejected,
         cast($1 as timestamptz) as undone_at
       from loads.batches where batch_id = ${batch}`,
      [undoneAt],
    );
  await engine.execute(`delete from loads.batches where batch_id = ${batch} and status = 'loaded'`);
}

/** Writes a batch by `write`, which puts the batch on record last. Until then it counts as not loaded. */
export async function writeJournaled(
  engine: Engine,
  batchId: string,
  write: () => Promise<void>,
): Promise<void> {
  await begin(engine, 'load', batchId);
  await write();
  await end(engine);
}

/** Replaces all raw tables by `write`. Where that does not come to its end they are empty. */
export async function replaceJournaled(engine: Engine, write: () => Promise<void>): Promise<void> {
  await begin(engine, 'replace', '');
  await write();
  await end(engine);
}

/** Takes a batch back, as `runUndo` says. */
export async function undoJournaled(engine: Engine, batchId: string, clock: Clock): Promise<UndoneRows> {
  await begin(engine, 'undo', batchId);
  const rows = await undoRows(engine, batchId);
  await undoRecords(engine, batchId, utcTime(clock));
  await end(engine);
  return rows;
}

async function takeLoadBack(engine: Engine, batchId: string): Promise<void> {
  const isOnRecord = await fetchCount(engine, `loads.batches where batch_id = ${quoteLiteral(batchId)}`);
  if (isOnRecord > 0) return;
  await undoRows(engine, batchId);
  for (const name of DETAILS)
    await engine.execute(`delete from loads.${name} where batch_id = ${quoteLiteral(batchId)}`);
}

async function clearAll(engine: Engine): Promise<void> {
  for (const table of listTables()) {
    await engine.execute(`truncate table ${relationOf(table)}`);
    await engine.execute(`truncate table ${historyOf(table)}`);
  }
  for (const name of [...DETAILS, 'batches']) await engine.execute(`truncate table loads.${name}`);
}

/** Ends what a process that ended in the middle of it left, if there is any. Nobody else may work on the raw tables. */
export async function settleJournal(engine: Engine, clock: Clock): Promise<void> {
  await engine.execute('create table if not exists loads.journal (step varchar, batch_id varchar)');
  const left = await engine.query('select step, batch_id from loads.journal');
  for (const row of left) {
    const batchId = String(row['batch_id']);
    if (row['step'] === 'load') await takeLoadBack(engine, batchId);
    else if (row['step'] === 'undo') await undoJournaled(engine, batchId, clock);
    else await clearAll(engine);
  }
  if (left.length > 0) await end(engine);
}
