import { type Clock, quoteIdentifier, quoteRelation, utcTime } from '../base/index.ts';
import { type ContractTable, listTables } from '../contract/index.ts';
import type { Engine } from '../engines/index.ts';
import { renderTableDdl, renderType } from './ddl-store.ts';
import { settleJournal } from './journal-store.ts';

const BOOKKEEPING = `
create table if not exists loads.store (opened_at timestamptz);
create table if not exists loads.batches (
  batch_id varchar, started_at timestamptz, status varchar, rows_read bigint, rows_inserted bigint,
  rows_updated bigint, rows_unchanged bigint, rows_rejected bigint, undone_at timestamptz
);
create table if not exists loads.files (
  batch_id varchar, file varchar, table_name varchar, format varchar, rows_read bigint, rows_inserted bigint,
  rows_updated bigint, rows_unchanged bigint, rows_rejected bigint
);
create table if not exists loads.raw_rejects (
  batch_id varchar, table_name varchar, file varchar, line bigint, column_name varchar, value varchar,
  rule varchar, reason varchar, "row" varchar, "rows" bigint
);
create table if not exists loads.source_progress (
  batch_id varchar, source varchar, table_name varchar, definition varchar, state varchar
);
create table if not exists loads.seen_files (
  batch_id varchar, table_name varchar, path varchar, bytes bigint, modified_at bigint, definition varchar
);
`;

/** Columns the contract gained since the tables were made. To ClickHouse a schema is a catalog, too. */
async function createMissingColumns(engine: Engine): Promise<void> {
  const rows = await engine.query(
    `select table_schema || '.' || table_name || '.' || column_name as name from information_schema.columns
     where table_catalog in (current_database(), table_schema)`,
  );
  const present = new Set(rows.map((row) => row['name']));
  for (const table of listTables()) {
    for (const schema of [table.schema, `${table.schema}_history`]) {
      for (const column of table.columns) {
        if (present.has(`${schema}.${table.name}.${column.name}`)) continue;
        const type = renderType(column.type, engine.dialect);
        const relation = quoteRelation(schema, table.name);
        // ClickHouse takes a column without a word for one that is never unknown.
        await engine.execute(
          `alter table ${relation} add column ${quoteIdentifier(column.name)} ${type} null`,
        );
      }
    }
  }
}

function renderTables(table: ContractTable, engine: Engine): readonly string[] {
  const extra = ['"_replaced_by" varchar', '"_replaced_at" timestamptz'];
  return [
    renderTableDdl(table, engine.dialect),
    renderTableDdl(table, engine.dialect, { schema: `${table.schema}_history`, extra }),
  ];
}

/**
 * Makes every table of the contract, its history and the load's bookkeeping where they are absent: empty and
 * typed. The engine's current database is the raw file. Nothing that is there is touched.
 *
 * @example
 * const engine = await openDuckdb({ path: 'raw.duckdb', alias: 'raw_file' });
 * await openRawStore(engine, systemClock);
 */
export async function openRawStore(engine: Engine, clock: Clock): Promise<void> {
  await engine.transaction(async () => {
    const schemas = ['raw', 'marketing', 'raw_history', 'marketing_history', 'loads'];
    for (const schema of schemas) await engine.execute(engine.dialect.createSchema(quoteIdentifier(schema)));
    await engine.execute(BOOKKEEPING);
    for (const table of listTables()) {
      for (const statement of renderTables(table, engine)) await engine.execute(statement);
    }
    await createMissingColumns(engine);
    if (!engine.profile.hasTransactions) await settleJournal(engine, clock);
    const opened = await engine.query('select count(*) as n from loads.store');
    if (opened[0]?.['n'] === 0) await engine.execute('insert into loads.store values ($1)', [utcTime(clock)]);
  });
}
