import { quoteIdentifier, quoteLiteral, quoteRelation } from '../base/index.ts';
import { type ContractTable, listTables } from '../contract/index.ts';
import { copyRows, type DuckdbEngine, type Engine, lookAtRows } from '../engines/index.ts';
import { LOAD_COLUMNS, renderType } from './ddl-store.ts';
import { replaceJournaled } from './journal-store.ts';
import { finalOf, historyOf, quoteList, relationOf } from './names-store.ts';

/** Raw tables of another engine, and the DuckDB file in which rows are read and compared for them. */
export interface RemoteRaw {
  readonly remote: Engine;
  readonly local: DuckdbEngine;
  /** Where rows lie on their way. */
  readonly scratchPath: string;
}

const KEYS = 'tenure_incoming_keys';
/** The batch itself comes last: when it is there, all is. */
const BOOKKEEPING = ['files', 'raw_rejects', 'source_progress', 'seen_files', 'batches'] as const;

function listStoredColumns(table: ContractTable): readonly string[] {
  return [...table.columns.map((column) => column.name), ...LOAD_COLUMNS];
}

function renderKeyDdl(table: ContractTable, engine: Engine): string {
  const columns = table.columns
    .filter((column) => table.key.includes(column.name))
    .map((column) => `${quoteIdentifier(column.name)} ${renderType(column.type, engine.dialect)}`);
  return `create temporary table ${quoteIdentifier(KEYS)} (${columns.join(', ')})`;
}

async function isEmpty(engine: Engine, table: ContractTable): Promise<boolean> {
  return (await engine.query(`select 1 as one from ${relationOf(table)} limit 1`)).length === 0;
}

/** Brings the stored rows that have the keys of staged ones, to be compared with them. */
export async function fetchStored(raw: RemoteRaw, table: ContractTable): Promise<void> {
  const { remote, local, scratchPath } = raw;
  if (await isEmpty(remote, table)) return;
  const columns = table.columns.filter(({ name }) => table.key.includes(name)).map(({ name }) => name);
  await remote.execute(renderKeyDdl(table, remote));
  try {
    const sql = `select distinct ${quoteList(columns)} from ${finalOf(table)}`;
    await copyRows({
      from: local,
      sql,
      to: remote,
      target: { schema: remote.dialect.temporarySchema, name: KEYS, columns },
      scratchPath,
    });
    await lookAtRows(remote, quoteIdentifier(KEYS));
    const stored = listStoredColumns(table);
    await copyRows({
      from: remote,
      sql: `select ${quoteList(stored, 'stored.')} from ${relationOf(table)} as stored
        inner join ${quoteIdentifier(KEYS)} as keys using (${quoteList(columns)})`,
      to: local,
      target: { schema: table.schema, name: table.name, columns: stored },
      scratchPath,
    });
  } finally {
    await remote.execute(`drop table ${quoteIdentifier(KEYS)}`);
  }
}

async function copyTable(
  { remote, local, scratchPath }: RemoteRaw,
  relation: { readonly schema: string; readonly name: string },
  where: string,
): Promise<number> {
  const { schema, name } = relation;
  const columns = (await local.listColumns(schema, name)).map((column) => column.name);
  const sql = `select ${quoteList(columns)} from ${quoteRelation(schema, name)} ${where}`;
  return copyRows({ from: local, sql, to: remote, target: { schema, name, columns }, scratchPath });
}

async function writeTable(raw: RemoteRaw, table: ContractTable, batchId: string): Promise<void> {
  const batch = quoteLiteral(batchId);
  const history = { schema: `${table.schema}_history`, name: table.name };
  const replaced = await copyTable(raw, history, `where "_replaced_by" = ${batch}`);
  if (replaced > 0) {
    const keys = quoteList(table.key);
    await raw.remote.execute(
      `delete from ${relationOf(table)}
       where (${keys}) in (select ${keys} from ${historyOf(table)} where "_replaced_by" = ${batch})`,
    );
  }
  await copyTable(raw, table, `where "_batch_id" = ${batch}`);
}

/** Writes what a batch brought, replaced and rejected. Inside a transaction of the other engine, where that has them. */
export async function writeRemoteBatch(raw: RemoteRaw, batchId: string): Promise<void> {
  for (const table of listTables()) {
    if (!(await isEmpty(raw.local, table))) await writeTable(raw, table, batchId);
  }
  for (const name of BOOKKEEPING)
    await copyTable(raw, { schema: 'loads', name }, `where batch_id = ${quoteLiteral(batchId)}`);
}

/**
 * Puts all raw tables of a DuckDB engine in the place of those of another, with the records of their batches. Where that engine
 * has transactions its readers see the old ones or the new.
 *
 * @example
 * await replaceRemoteRaw({ remote, local, scratchPath: '.tenure/rows' });
 */
export async function replaceRemoteRaw(raw: RemoteRaw): Promise<void> {
  const { remote } = raw;
  const write = () => replaceTables(raw);
  await (remote.profile.hasTransactions ? remote.transaction(write) : replaceJournaled(remote, write));
}

async function replaceTables(raw: RemoteRaw): Promise<void> {
  const { remote } = raw;
  for (const table of listTables()) {
    for (const schema of [table.schema, `${table.schema}_history`])
      await remote.execute(`truncate table ${quoteRelation(schema, table.name)}`);
    await copyTable(raw, table, '');
  }
  for (const name of BOOKKEEPING) {
    await remote.execute(`truncate table ${quoteRelation('loads', name)}`);
    await copyTable(raw, { schema: 'loads', name }, '');
  }
}
