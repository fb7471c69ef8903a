import fs from 'node:fs';
import { pipeline } from 'node:stream/promises';
import type { ClickHouseClient, Row as TextRow } from '@clickhouse/client';
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
import { type BulkFormat, CLICKHOUSE_PROFILE } from '../profiles.ts';
import { buildFailure } from '../query-failure.ts';
import { clickhouseDialect } from './clickhouse-dialect.ts';
import { type BoundStatement, bindStatements } from './statements.ts';
import { parseClickhouseValue, unwrapType } from './values.ts';

const ROWS_PER_CHUNK = 2000;

const FORMATS: Readonly<Record<BulkFormat, 'Parquet' | 'CSVWithNames'>> = {
  parquet: 'Parquet',
  csv: 'CSVWithNames',
};

/** What the engines of one database share. */
export interface ClickhouseSession {
  readonly client: ClickHouseClient;
  /** True for an engine in this process, which reads a file itself. */
  readonly isEmbedded: boolean;
}

function parseKind(engine: Value | undefined): RelationInfo['kind'] {
  return String(engine).endsWith('View') ? 'view' : 'table';
}

/** ClickHouse behind the engine interface: statements go over HTTP, as many at once as are asked for. */
export class ClickhouseEngine implements Engine {
  readonly profile = CLICKHOUSE_PROFILE;
  readonly dialect = clickhouseDialect;
  readonly isFrozen = false;
  readonly schemaPrefix = '';
  #stop = new AbortController();
  readonly #session: ClickhouseSession;
  readonly #isFirst: boolean;

  constructor(session: ClickhouseSession, isFirst = true) {
    this.#session = session;
    this.#isFirst = isFirst;
  }

  async query(sql: string, parameters: readonly Value[] = []): Promise<readonly Row[]> {
    const rows: Row[] = [];
    for await (const chunk of this.stream(sql, parameters)) {
      for (const values of chunk.rows)
        rows.push(Object.fromEntries(chunk.columns.map((name, index) => [name, values[index] ?? null])));
    }
    return rows;
  }

  async *stream(sql: string, parameters: readonly Value[] = []): AsyncIterable<RowChunk> {
    const statement = bindOne(sql, parameters);
    try {
      const result = await this.#session.client.query({
        query: statement.sql,
        query_params: statement.parameters,
        format: 'JSONCompactEachRowWithNamesAndTypes',
        abort_signal: this.#stop.signal,
      });
      yield* readChunks(result.stream());
    } catch (error) {
      throw buildFailure(error);
    }
  }

  async execute(sql: string, parameters: readonly Value[] = []): Promise<number> {
    let written = 0;
    for (const statement of bindStatements(sql, parameters)) {
      try {
        const result = await this.#session.client.command({
          query: statement.sql,
          query_params: statement.parameters,
          abort_signal: this.#stop.signal,
        });
        written = Number(result.summary?.written_rows ?? 0);
      } catch (error) {
        throw buildFailure(error);
      }
    }
    return written;
  }

  async describe(sql: string): Promise<readonly ColumnInfo[]> {
    const rows = await this.query(`describe table (${sql})`);
    return rows.map((row) => ({ name: String(row['name']), type: String(row['type']) }));
  }

  async listRelations(): Promise<readonly RelationInfo[]> {
    const rows = await this.query(
      `select database, name, engine from system.tables
       where database not in ('system', 'INFORMATION_SCHEMA', 'information_schema') and is_temporary = 0
       order by database, name`,
    );
    return rows.map((row) => ({
      schema: String(row['database']),
      name: String(row['name']),
      kind: parseKind(row['engine']),
    }));
  }

  async fetchKind(schema: string, name: string): Promise<RelationInfo['kind'] | null> {
    const [row] = await this.query('select engine from system.tables where database = $1 and name = $2', [
      schema,
      name,
    ]);
    return row === undefined ? null : parseKind(row['engine']);
  }

  async listColumns(schema: string, name: string): Promise<readonly ColumnInfo[]> {
    const rows = await this.query(
      'select name, type from system.columns where database = $1 and table = $2 order by position',
      [schema, name],
    );
    return rows.map((row) => ({ name: String(row['name']), type: String(row['type']) }));
  }

  async writeRows(target: WriteTarget, rows: readonly (readonly Value[])[]): Promise<void> {
    if (rows.length === 0) return;
    try {
      await this.#session.client.insert({
        table: quoteRelation(target.schema, target.name),
        columns: target.columns.map(quoteIdentifier) as [string, ...string[]],
        values: rows.map((row) => row.map((value) => (typeof value === 'bigint' ? String(value) : value))),
        format: 'JSONCompactEachRow',
      });
    } catch (error) {
      throw buildFailure(error);
    }
  }

  /** ClickHouse has no transactions: what was done before an error stays (see `hasTransactions` of the profile). */
  async transaction<T>(work: () => Promise<T>): Promise<T> {
    return work();
  }

  async writeFile(sql: string, { path, format }: BulkFile): Promise<number> {
    const statement = bindOne(sql, []);
    try {
      const result = await this.#session.client.exec({
        query: `${statement.sql}\nformat ${FORMATS[format]}`,
      });
      await pipeline(result.stream, fs.createWriteStream(path));
    } catch (error) {
      throw buildFailure(error);
    }
    const [row] = await this.query(`select count(*) as n from (${sql}) as written`);
    return Number(row?.['n']);
  }

  async readFile(target: WriteTarget, { path, format }: BulkFile): Promise<number> {
    const relation = quoteRelation(target.schema, target.name);
    const columns = target.columns.map(quoteIdentifier).join(', ');
    if (this.#session.isEmbedded) {
      const file = `file(${quoteLiteral(path)}, ${FORMATS[format]})`;
      await this.execute(`insert into ${relation} (${columns}) select * from ${file}`);
      const [row] = await this.query(`select count(*) as n from ${file}`);
      return Number(row?.['n']);
    }
    try {
      await fs.promises.access(path);
      const result = await this.#session.client.insert({
        table: relation,
        columns: target.columns.map(quoteIdentifier) as [string, ...string[]],
        values: fs.createReadStream(path, { objectMode: false } as object),
        format: FORMATS[format],
      });
      return Number(result.summary?.written_rows ?? 0);
    } catch (error) {
      throw buildFailure(error);
    }
  }

  async connect(): Promise<ClickhouseEngine> {
    return new ClickhouseEngine(this.#session, false);
  }

  progress(): number | null {
    return null;
  }

  /** Gives the request up; a server goes on with a statement that changes something. An engine in this process is not reached. */
  interrupt(): void {
    this.#stop.abort();
    this.#stop = new AbortController();
  }

  async close(): Promise<void> {
    if (this.#isFirst) await this.#session.client.close();
  }
}

function bindOne(sql: string, parameters: readonly Value[]): BoundStatement {
  return bindStatements(sql, parameters)[0] ?? { sql, parameters: {} };
}

/** The rows of a result whose first two say names and types. */
async function* readChunks(stream: AsyncIterable<readonly TextRow[]>): AsyncIterable<RowChunk> {
  let columns: readonly string[] | undefined;
  let types: readonly string[] | undefined;
  for await (const batch of stream) {
    const rows: Value[][] = [];
    for (const { text } of batch) {
      const values = JSON.parse(text) as unknown[];
      if (columns === undefined) columns = values.map(String);
      else if (types === undefined) types = values.map((type) => unwrapType(String(type)));
      else {
        const known = types;
        rows.push(values.map((value, index) => parseClickhouseValue(value, known[index] ?? '')));
      }
    }
    for (let start = 0; start < rows.length; start += ROWS_PER_CHUNK)
      yield { columns: columns ?? [], rows: rows.slice(start, start + ROWS_PER_CHUNK) };
  }
}
