import fs from 'node:fs';
import { pipeline } from 'node:stream/promises';
import type { PoolClient, QueryArrayResult } from 'pg';
import { quoteIdentifier, quoteRelation, TenureError } from '../../base/index.ts';
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
import { POSTGRES_PROFILE } from '../profiles.ts';
import { buildFailure } from '../query-failure.ts';
import { restoreNames } from './long-names.ts';
import { postgresDialect } from './postgres-dialect.ts';
import { parsePostgresValue } from './values.ts';

const ROWS_PER_CHUNK = 2000;
const CSV = `format csv, header true, null '\\N'`;

/** Where connections come from. */
export interface PostgresSession {
  readonly schemaPrefix: string;
  readonly isFrozen: boolean;
  /** A connection in place: in UTC, with its schemas. */
  open(): Promise<PoolClient>;
}

/** The peer that copies files, loaded when it is used. */
async function loadCopyStreams(): Promise<typeof import('pg-copy-streams')> {
  return import('pg-copy-streams').catch((error: unknown) => {
    throw new TenureError('DRIVER_MISSING', { driver: 'pg-copy-streams' }, { cause: error });
  });
}

/** PostgreSQL behind the engine interface: one connection for statements, one more for each stream. */
export class PostgresEngine implements Engine {
  readonly profile = POSTGRES_PROFILE;
  readonly dialect = postgresDialect;
  readonly isFrozen: boolean;
  readonly schemaPrefix: string;
  readonly #session: PostgresSession;
  readonly #client: PoolClient;
  /** Called when it has closed. */
  readonly #end: () => Promise<void>;
  #isOpen = true;

  constructor(session: PostgresSession, client: PoolClient, end: () => Promise<void> = async () => {}) {
    this.#session = session;
    this.isFrozen = session.isFrozen;
    this.schemaPrefix = session.schemaPrefix;
    this.#client = client;
    this.#end = end;
  }

  async query(sql: string, parameters: readonly Value[] = []): Promise<readonly Row[]> {
    const result = await runStatement(this.#client, sql, parameters);
    const names = listNames(sql, result);
    return parseRows(result).map((row) =>
      Object.fromEntries(names.map((name, index) => [name, row[index] ?? null])),
    );
  }

  async *stream(sql: string, parameters: readonly Value[] = []): AsyncIterable<RowChunk> {
    const client = await this.#session.open();
    try {
      await runStatement(client, 'begin', []);
      await runStatement(client, `declare chunks no scroll cursor for ${sql}`, parameters);
      while (true) {
        const result = await runStatement(client, `fetch ${ROWS_PER_CHUNK} from chunks`, []);
        if (result.rows.length === 0) break;
        yield { columns: listNames(sql, result), rows: parseRows(result) };
      }
    } finally {
      await releaseClient(client);
    }
  }

  async execute(sql: string, parameters: readonly Value[] = []): Promise<number> {
    const result = await runStatement(this.#client, sql, parameters);
    const last = Array.isArray(result) ? result.at(-1) : result;
    return last?.rowCount ?? 0;
  }

  async describe(sql: string): Promise<readonly ColumnInfo[]> {
    const result = await runStatement(this.#client, `select * from (${sql}) as described limit 0`, []);
    const columns: ColumnInfo[] = [];
    const names = listNames(sql, result);
    for (const [index, field] of result.fields.entries()) {
      const [row] = await this.query('select format_type($1::oid, $2::integer) as type', [
        field.dataTypeID,
        field.dataTypeModifier,
      ]);
      columns.push({ name: names[index] ?? field.name, type: String(row?.['type']) });
    }
    return columns;
  }

  async listRelations(): Promise<readonly RelationInfo[]> {
    const rows = await this.query(
      `select table_schema, table_name, table_type from information_schema.tables
       where table_schema not in ('pg_catalog', 'information_schema') order by table_schema, table_name`,
    );
    return rows.map((row) => ({
      schema: String(row['table_schema']),
      name: String(row['table_name']),
      kind: row['table_type'] === 'VIEW' ? 'view' : 'table',
    }));
  }

  async fetchKind(schema: string, name: string): Promise<RelationInfo['kind'] | null> {
    const [row] = await this.query(
      `select case when table_type = 'VIEW' then 'view' else 'table' end as kind
       from information_schema.tables where table_schema = $1 and table_name = $2`,
      [schema, name],
    );
    return row === undefined ? null : (row['kind'] as RelationInfo['kind']);
  }

  async listColumns(schema: string, name: string): Promise<readonly ColumnInfo[]> {
    const rows = await this.query(
      `select attribute.attname as name, format_type(attribute.atttypid, attribute.atttypmod) as type
       from pg_attribute as attribute
       inner join pg_class as relation on attribute.attrelid = relation.oid
       inner join pg_namespace as namespace on relation.relnamespace = namespace.oid
       where namespace.nspname = $1 and relation.relname = $2
         and attribute.attnum > 0 and not attribute.attisdropped
       order by attribute.attnum`,
      [schema, name],
    );
    return rows.map((row) => ({ name: String(row['name']), type: String(row['type']) }));
  }

  async writeRows(target: WriteTarget, rows: readonly (readonly Value[])[]): Promise<void> {
    for (const insert of buildInserts(target, rows)) await this.execute(insert.sql, insert.parameters);
  }

  async transaction<T>(work: () => Promise<T>, isolation?: 'serializable'): Promise<T> {
    await this.execute(isolation === undefined ? 'begin' : 'begin isolation level serializable');
    try {
      const result = await work();
      await this.execute('commit');
      return result;
    } catch (error) {
      await this.execute('rollback');
      throw error;
    }
  }

  progress(): number | null {
    return null;
  }

  async writeFile(sql: string, { path }: BulkFile): Promise<number> {
    const { to } = await loadCopyStreams();
    try {
      const rows = this.#client.query(to(`copy (${sql}) to stdout (${CSV})`));
      await pipeline(rows, fs.createWriteStream(path));
      return rows.rowCount;
    } catch (error) {
      throw buildFailure(error);
    }
  }

  async readFile(target: WriteTarget, { path }: BulkFile): Promise<number> {
    const { from } = await loadCopyStreams();
    const relation = quoteRelation(target.schema, target.name);
    const columns = target.columns.map(quoteIdentifier).join(', ');
    const options = target.isNew === true ? `${CSV}, freeze true` : CSV;
    try {
      const rows = this.#client.query(from(`copy ${relation} (${columns}) from stdin (${options})`));
      await pipeline(fs.createReadStream(path), rows);
      return rows.rowCount;
    } catch (error) {
      throw buildFailure(error);
    }
  }

  async connect(): Promise<PostgresEngine> {
    return new PostgresEngine(this.#session, await this.#session.open());
  }

  /** By a connection of its own, since this one waits for the end of the statement. */
  interrupt(): void {
    const { processID } = this.#client as PoolClient & { readonly processID: number };
    const cancel = async (): Promise<void> => {
      const client = await this.#session.open();
      await client.query('select pg_cancel_backend($1)', [processID]);
      await releaseClient(client);
    };
    // Where no connection is to be had, the statement goes on to its own end.
    cancel().catch(() => {});
  }

  /** Connections that were opened beside the first one are closed before it. */
  async close(): Promise<void> {
    if (!this.#isOpen) return;
    this.#isOpen = false;
    await releaseClient(this.#client);
    await this.#end();
  }
}

/** Gives a connection back as fresh as it came; one that cannot be cleaned is ended. */
async function releaseClient(client: PoolClient): Promise<void> {
  try {
    await client.query('rollback');
    await client.query('discard all');
    client.release();
  } catch {
    client.release(true);
  }
}

type TextResult = QueryArrayResult<(string | null)[]>;

function listNames(sql: string, result: TextResult): readonly string[] {
  const names = result.fields.map((field) => field.name);
  return restoreNames(sql, names);
}

const UNKNOWN = { number: 0, modifier: -1 };

function parseRows(result: TextResult): Value[][] {
  const types = result.fields.map(({ dataTypeID, dataTypeModifier }) => ({
    number: dataTypeID,
    modifier: dataTypeModifier,
  }));
  return result.rows.map((row) =>
    row.map((text, index) => parsePostgresValue(text, types[index] ?? UNKNOWN)),
  );
}

export async function runStatement(
  client: PoolClient,
  sql: string,
  parameters: readonly Value[],
): Promise<TextResult> {
  try {
    return await client.query<(string | null)[]>({
      text: sql,
      values: parameters.map((value) => (typeof value === 'bigint' ? value.toString() : value)),
      rowMode: 'array',
      // Text as it is on the wire: `parsePostgresValue` gives every engine the same values.
      types: { getTypeParser: () => (text: string) => text },
    });
  } catch (error) {
    throw buildFailure(error);
  }
}
