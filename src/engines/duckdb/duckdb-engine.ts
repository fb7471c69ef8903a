import {
  BIGINT,
  BOOLEAN,
  DOUBLE,
  type DuckDBConnection,
  DuckDBDataChunk,
  DuckDBEnumType,
  type DuckDBInstance,
  type DuckDBMaterializedResult,
  type DuckDBType,
  DuckDBTypeId,
  type DuckDBValue,
  VARCHAR,
} from '@duckdb/node-api';
import bindings from '@duckdb/node-bindings';
import { quoteIdentifier, quoteLiteral, quoteRelation } from '../../base/index.ts';
import type {
  BulkFile,
  ColumnInfo,
  Engine,
  RelationInfo,
  Row,
  RowChunk,
  Value,
  WriteTarget,
} from '../engine.ts';
import { buildInserts } from '../inserts.ts';
import { type BulkFormat, DUCKDB_PROFILE } from '../profiles.ts';
import { buildFailure } from '../query-failure.ts';
import { duckdbDialect } from './duckdb-dialect.ts';
import { openClaim } from './open-files.ts';
import { streamRows } from './stream-rows.ts';
import { parseDuckdbValue } from './values.ts';

const CSV = `format csv, header true, delimiter ',', quote '"', escape '"', nullstr '\\N'`;
const WRITE_OPTIONS: Readonly<Record<BulkFormat, string>> = {
  csv: CSV,
  parquet: 'format parquet, compression zstd',
};
const READ_OPTIONS: Readonly<Record<BulkFormat, string>> = {
  csv: `${CSV}, auto_detect false, allow_quoted_nulls false, max_line_size 33554432, buffer_size 33554432`,
  parquet: 'format parquet',
};

/** What a connection needs to be told when it opens. */
export interface DuckdbSession {
  readonly instance: DuckDBInstance;
  /** Statements that put a fresh connection in place: `use`, `set search_path` … */
  readonly setup: readonly string[];
  readonly isReadOnly: boolean;
  /** Runs once when the engine's connection has closed. */
  readonly release: () => void;
}

/** Rows as columns of numbers, one per column of the table; `rows` of each are used. */
export interface NumberBlock {
  readonly rows: number;
  readonly columns: readonly (Int32Array | Float64Array)[];
}

/** The bytes of a column as DuckDB holds its type; an enum's are the places of its values. */
function encodeColumn(column: Int32Array | Float64Array, type: DuckDBType | undefined) {
  if (type instanceof DuckDBEnumType) {
    if (type.internalTypeId === DuckDBTypeId.UTINYINT) return Uint8Array.from(column);
    return type.internalTypeId === DuckDBTypeId.USMALLINT
      ? Uint16Array.from(column)
      : Uint32Array.from(column);
  }
  const expected = column instanceof Int32Array ? 'INTEGER' : 'DOUBLE';
  if (type?.toString() !== expected) throw new TypeError(`a column of ${type} was given ${expected}`);
  return column;
}

function buildBindings(parameters: readonly Value[]): { values: DuckDBValue[]; types: DuckDBType[] } {
  const values: DuckDBValue[] = [];
  const types: DuckDBType[] = [];
  for (const value of parameters) {
    const isWhole = typeof value === 'bigint' || Number.isInteger(value);
    values.push(typeof value === 'number' && isWhole ? BigInt(value) : value);
    if (isWhole) types.push(BIGINT);
    else if (typeof value === 'number') types.push(DOUBLE);
    else types.push(typeof value === 'boolean' ? BOOLEAN : VARCHAR);
  }
  return { values, types };
}

/** Every row of a result that is there as a whole: its chunks are taken in place, without a wait for a thread for each. */
function readRows(result: DuckDBMaterializedResult): readonly Row[] {
  const names = result.deduplicatedColumnNames();
  const rows: Row[] = [];
  for (let index = 0; index < result.chunkCount; index += 1) {
    const chunk = result.getChunk(index);
    const columns = names.map((name, place) => ({ name, vector: chunk.getColumnVector(place) }));
    for (let at = 0; at < chunk.rowCount; at += 1) {
      const row: Record<string, Value> = {};
      for (const { name, vector } of columns) row[name] = parseDuckdbValue(vector.getItem(at), vector.type);
      rows.push(row);
    }
  }
  return rows;
}

/** JSON is a text type of another name, which DuckDB's API leaves out. */
function renderType(type: DuckDBType): string {
  return type.alias === 'JSON' ? type.alias : type.toString();
}

/** DuckDB behind the engine interface. One connection; statements run one after another. */
export class DuckdbEngine implements Engine {
  readonly profile = DUCKDB_PROFILE;
  readonly dialect = duckdbDialect;
  readonly schemaPrefix = '';
  readonly isFrozen: boolean;
  readonly #session: DuckdbSession;
  readonly #connection: DuckDBConnection;
  readonly #attached = new Map<string, () => void>();
  readonly #beside = new Set<DuckdbEngine>();
  #isOpen = true;

  constructor(session: DuckdbSession, connection: DuckDBConnection) {
    this.isFrozen = session.isReadOnly;
    this.#session = session;
    this.#connection = connection;
  }

  async query(sql: string, parameters: readonly Value[] = []): Promise<readonly Row[]> {
    return readRows(await this.#run(sql, parameters));
  }

  /** Streams on a connection of its own: it sees what is committed, and other statements may run meanwhile. */
  async *stream(sql: string, parameters: readonly Value[] = []): AsyncIterable<RowChunk> {
    const connection = await this.#session.instance.connect();
    try {
      for (const statement of this.#session.setup) await connection.run(statement);
      yield* streamRows(connection, { sql, ...buildBindings(parameters) });
    } catch (error) {
      throw buildFailure(error);
    } finally {
      connection.closeSync();
    }
  }

  async execute(sql: string, parameters: readonly Value[] = []): Promise<number> {
    const result = await this.#run(sql, parameters);
    return result.rowsChanged;
  }

  async describe(sql: string): Promise<readonly ColumnInfo[]> {
    try {
      const statement = await this.#connection.prepare(sql);
      const columns = Array.from({ length: statement.columnCount }, (_, index) => ({
        name: statement.columnName(index),
        type: renderType(statement.columnType(index)),
      }));
      statement.destroySync();
      return columns;
    } catch (error) {
      throw buildFailure(error);
    }
  }

  async listRelations(): Promise<readonly RelationInfo[]> {
    const rows = await this.query(
      `select table_schema, table_name, table_type from information_schema.tables
       where table_catalog = current_database() order by table_schema, table_name`,
    );
    return rows.map((row) => ({
      schema: String(row['table_schema']),
      name: String(row['table_name']),
      kind: row['table_type'] === 'VIEW' ? 'view' : 'table',
    }));
  }

  async fetchKind(schema: string, name: string): Promise<RelationInfo['kind'] | null> {
    // The information schema lists everything, built-in views too: several times slower.
    const [row] = await this.query(
      `select 'view' as kind from duckdb_views()
       where not internal and database_name = current_database() and schema_name = $1 and view_name = $2
       union all
       select 'table' as kind from duckdb_tables()
       where database_name = current_database() and schema_name = $1 and table_name = $2`,
      [schema, name],
    );
    return row === undefined ? null : (row['kind'] as RelationInfo['kind']);
  }

  async listColumns(schema: string, name: string): Promise<readonly ColumnInfo[]> {
    // Not from duckdb_columns(): that binds every view there is, to say what one relation has.
    const found = await this.query(
      `select 1 as found from duckdb_tables() where database_name = current_database() and schema_name = $1 and table_name = $2
       union all
       select 1 from duckdb_views() where database_name = current_database() and schema_name = $1 and view_name = $2`,
      [schema, name],
    );
    return found.length === 0 ? [] : this.describe(`from ${quoteRelation(schema, name)}`);
  }

  async writeFile(sql: string, { path, format }: BulkFile): Promise<number> {
    return this.execute(`copy (${sql}) to ${quoteLiteral(path)} (${WRITE_OPTIONS[format]})`);
  }

  async readFile(target: WriteTarget, { path, format }: BulkFile): Promise<number> {
    const columns = target.columns.map(quoteIdentifier).join(', ');
    return this.execute(
      `copy ${quoteRelation(target.schema, target.name)} (${columns}) from ${quoteLiteral(path)} (${READ_OPTIONS[format]})`,
    );
  }

  async writeRows(target: WriteTarget, rows: readonly (readonly Value[])[]): Promise<void> {
    for (const insert of buildInserts(target, rows)) await this.execute(insert.sql, insert.parameters);
  }

  /**
   * Appends columns of numbers, block by block, a few million values a second: for rows computed in the process. Other
   * work of the process gets its turn between blocks.
   *
   * @param blocks the table's columns in order, INTEGER as Int32Array, DOUBLE as Float64Array, an enum as the places of its values; at most 2,048
   *   rows each
   */
  async writeBlocks(
    target: { readonly catalog: string; readonly schema: string; readonly name: string },
    blocks: Iterable<NumberBlock> | AsyncIterable<NumberBlock>,
  ): Promise<void> {
    const appender = await this.#connection.createAppender(target.name, target.schema, target.catalog);
    try {
      const types = Array.from({ length: appender.columnCount }, (_, index) => appender.columnType(index));
      const chunk = DuckDBDataChunk.create(types);
      for await (const block of blocks) {
        chunk.reset();
        chunk.rowCount = block.rows;
        for (const [index, column] of block.columns.entries()) {
          // Whole columns as bytes: value by value, as the API offers it, takes twenty times as long.
          const vector = bindings.data_chunk_get_vector(chunk.chunk, index);
          const { buffer, byteOffset, BYTES_PER_ELEMENT } = encodeColumn(column, types[index]);
          bindings.copy_data_to_vector(
            vector,
            0,
            buffer as ArrayBuffer,
            byteOffset,
            block.rows * BYTES_PER_ELEMENT,
          );
        }
        appender.appendDataChunk(chunk);
      }
      appender.flushSync();
    } catch (error) {
      throw buildFailure(error);
    } finally {
      appender.closeSync();
    }
  }

  async transaction<T>(work: () => Promise<T>): Promise<T> {
    await this.execute('begin transaction');
    try {
      const result = await work();
      await this.execute('commit');
      return result;
    } catch (error) {
      await this.#rollBack();
      throw error;
    }
  }

  /**
   * Makes another database file readable (or writable) beside the current one, as `"alias"."schema"."table"`.
   *
   * @throws TenureError DATABASE_OPEN_TWICE, DATABASE_OWNED
   */
  async attach(file: string, alias: string, options: { readonly isReadOnly?: boolean } = {}): Promise<void> {
    const isReadOnly = options.isReadOnly ?? false;
    const release = openClaim(file, isReadOnly);
    try {
      await this.execute(
        `attach '${file.replaceAll("'", "''")}' as ${quoteIdentifier(alias)}${isReadOnly ? ' (read_only)' : ''}`,
      );
      this.#attached.set(alias, release);
    } catch (error) {
      release();
      throw error;
    }
  }

  async detach(alias: string): Promise<void> {
    await this.execute(`detach ${quoteIdentifier(alias)}`);
    this.#attached.get(alias)?.();
    this.#attached.delete(alias);
  }

  /**
   * A second connection to the same databases, whose statements run beside those of this one. It has its own
   * variables and temporary macros, and closes with this one at the latest.
   */
  async connect(): Promise<DuckdbEngine> {
    const { instance, setup, isReadOnly } = this.#session;
    const connection = await instance.connect();
    for (const statement of setup) await connection.run(statement);
    const engine = new DuckdbEngine(
      { instance, setup, isReadOnly, release: () => this.#beside.delete(engine) },
      connection,
    );
    this.#beside.add(engine);
    return engine;
  }

  /** How far the running statement is, its own or else one beside it, 0–100; null where DuckDB cannot tell. */
  progress(): number | null {
    const { percentage } = this.#connection.progress;
    if (percentage >= 0) return percentage;
    for (const engine of this.#beside) return engine.progress();
    return null;
  }

  /** Ends the running statement with an error, and those beside it. */
  interrupt(): void {
    this.#connection.interrupt();
    for (const engine of this.#beside) engine.interrupt();
  }

  async close(): Promise<void> {
    if (!this.#isOpen) return;
    this.#isOpen = false;
    for (const engine of this.#beside) await engine.close();
    this.#connection.closeSync();
    this.#session.release();
    for (const release of this.#attached.values()) release();
  }

  async #run(sql: string, parameters: readonly Value[]) {
    try {
      if (parameters.length === 0) return await this.#connection.run(sql);
      const { values, types } = buildBindings(parameters);
      return await this.#connection.run(sql, values, types);
    } catch (error) {
      throw buildFailure(error);
    }
  }

  async #rollBack(): Promise<void> {
    try {
      await this.execute('rollback');
    } catch {
      // DuckDB has already ended a transaction whose commit failed; the first error is the one to report.
    }
  }
}
