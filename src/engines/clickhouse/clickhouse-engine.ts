import fs from 'node:fs';
import { pipeline } from 'node:stream/promises';
import type { ClickHouseClient, Row as TextRow } from '@clickhouse/client';
import { quoteIdentifier, quoteLiteral, quoteRelation, systemIds } from '../../base/index.ts';
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
import { clickhouseDialect } from './clickhouse-dialect.ts';
import { buildClickhouseFailure } from './clickhouse-failure.ts';
import { type ClickhouseCluster, spreadStatement } from './cluster-statements.ts';
import type { RelationNames } from './resolve-names.ts';
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
  /** Null for a server that works alone. */
  readonly cluster: ClickhouseCluster | null;
}

/** How a connection is put in place. */
export interface ClickhousePlace {
  /**
   * The database that each schema of a statement stands for, in the order in which a bare name is looked up. A name is one of
   * a relation that is there when the connection is made. Unless given, a schema is a database, and no name is bare.
   */
  readonly schemas?: ReadonlyMap<string, string>;
  /** `Engine.schemaPrefix`. */
  readonly schemaPrefix?: string;
  /** True where whoever connects sees to it that nothing changes meanwhile. */
  readonly isFrozen?: boolean;
  /** True where nothing may be written. */
  readonly isReadOnly?: boolean;
  /** A session that no other connection has: there are temporary tables in it, and one statement at a time. */
  readonly session?: string;
}

/** What goes with a request beside its statement. */
interface RequestOptions {
  readonly query_id: string;
  readonly abort_signal: AbortSignal;
  readonly session_id?: string;
  readonly clickhouse_settings: Readonly<Record<string, number>>;
}

/** How long a session stays without a statement: the longest a server allows unless told. */
const SESSION_SECONDS = 3600;

function parseKind(engine: Value | undefined): RelationInfo['kind'] {
  return String(engine).endsWith('View') ? 'view' : 'table';
}

/** ClickHouse behind the engine interface: statements go over HTTP, as many at once as are asked for. */
export class ClickhouseEngine implements Engine {
  readonly profile = CLICKHOUSE_PROFILE;
  readonly dialect = clickhouseDialect;
  readonly isFrozen: boolean;
  readonly schemaPrefix: string;
  /** The requests that are on their way, by the ids of their statements. */
  readonly #running = new Map<string, AbortController>();
  readonly #session: ClickhouseSession;
  readonly #place: ClickhousePlace | null;
  #names: RelationNames = new Map();

  /** The first connection has no place, and ends all others when it closes. */
  constructor(session: ClickhouseSession, place: ClickhousePlace | null = null) {
    this.#session = session;
    this.#place = place;
    this.isFrozen = place?.isFrozen ?? false;
    this.schemaPrefix = place?.schemaPrefix ?? '';
  }

  /** Begins a request that `interrupt` ends, until `#running` has it no more. */
  #beginRequest(): RequestOptions {
    const { session, isReadOnly = false } = this.#place ?? {};
    const query_id = systemIds.next();
    const stop = new AbortController();
    this.#running.set(query_id, stop);
    const common = { query_id, abort_signal: stop.signal };
    // 2: nothing is written, and the settings of a statement may still be set.
    if (isReadOnly) return { ...common, clickhouse_settings: { readonly: 2 } };
    // An engine in this process is one session.
    if (session === undefined || this.#session.isEmbedded) return { ...common, clickhouse_settings: {} };
    return { ...common, session_id: session, clickhouse_settings: { session_timeout: SESSION_SECONDS } };
  }

  /**
   * Makes a request that is answered when its statement has ended: with an error, whenever that happened, and with what it wrote
   * in all.
   */
  async #ask<T>(request: (options: RequestOptions) => Promise<T>): Promise<T> {
    const options = this.#beginRequest();
    try {
      const clickhouse_settings = { ...options.clickhouse_settings, wait_end_of_query: 1 };
      return await request({ ...options, clickhouse_settings });
    } catch (error) {
      throw buildClickhouseFailure(error);
    } finally {
      this.#running.delete(options.query_id);
    }
  }

  #findDatabase(schema: string): string {
    return this.#place?.schemas?.get(schema) ?? schema;
  }

  #bindOne(sql: string, parameters: readonly Value[]): BoundStatement {
    return bindStatements(sql, parameters, this.#names)[0] ?? { sql, parameters: {} };
  }

  async #readNames(): Promise<void> {
    const names = new Map<string, string>();
    const order = [...(this.#place?.schemas?.keys() ?? [])];
    const relations = (await this.listRelations()).toSorted(
      (one, other) => order.indexOf(one.schema) - order.indexOf(other.schema),
    );
    for (const { schema, name } of relations) {
      const relation = quoteRelation(this.#findDatabase(schema), name);
      names.set(`${schema}.${name}`, relation);
      if (!names.has(name)) names.set(name, relation);
    }
    for (const name of ['columns', 'tables'])
      names.set(`information_schema.${name}`, this.#renderInformation(name));
    this.#names = names;
  }

  /** A view of `information_schema` as it is where the place's schemas are all there are. */
  #renderInformation(view: string): string {
    const places = [...(this.#place?.schemas ?? [])];
    const [schemas, databases] = [0, 1].map((side) =>
      places.map((place) => quoteLiteral(place[side] ?? '')).join(', '),
    );
    return `(
      select * replace (transform(table_schema, [${databases}], [${schemas}]) as table_schema)
      from information_schema.${view} as known where known.table_schema in (${databases})
    )`;
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
    const statement = this.#bindOne(sql, parameters);
    const options = this.#beginRequest();
    try {
      const result = await this.#session.client.query({
        query: statement.sql,
        query_params: statement.parameters,
        format: 'JSONCompactEachRowWithNamesAndTypes',
        ...options,
      });
      yield* readChunks(result.stream());
    } catch (error) {
      throw buildClickhouseFailure(error);
    } finally {
      this.#running.delete(options.query_id);
    }
  }

  async execute(sql: string, parameters: readonly Value[] = []): Promise<number> {
    let written = 0;
    for (const statement of bindStatements(sql, parameters, this.#names))
      for (const one of await this.#spread(statement)) {
        const result = await this.#ask((options) =>
          this.#session.client.command({ query: one.sql, query_params: one.parameters, ...options }),
        );
        written = Number(result.summary?.written_rows ?? 0);
      }
    return written;
  }

  /** What a statement is on a cluster. */
  async #spread({ sql, parameters }: BoundStatement): Promise<readonly BoundStatement[]> {
    const { cluster, client } = this.#session;
    if (cluster === null) return [{ sql, parameters }];
    const describe = (query: string) =>
      this.#ask(async (options) => {
        const text = `describe table (${query})`;
        const result = await client.query({
          query: text,
          query_params: parameters,
          format: 'JSONEachRow',
          ...options,
        });
        return result.json<ColumnInfo>();
      });
    const statements = await spreadStatement(sql, { cluster, describe });
    return statements.map((one) => ({ sql: one, parameters }));
  }

  async describe(sql: string): Promise<readonly ColumnInfo[]> {
    const rows = await this.query(`describe table (${sql})`);
    return rows.map((row) => ({ name: String(row['name']), type: String(row['type']) }));
  }

  async listRelations(): Promise<readonly RelationInfo[]> {
    const rows = await this.query(
      `select database, name, engine from system.tables
       where database not in ('system', 'INFORMATION_SCHEMA', 'information_schema') and is_temporary = 0
         and (database, name) not in (select database, concat(name, '_local') from system.tables where engine = 'Distributed')
       order by database, name`,
    );
    const schemas = this.#place?.schemas;
    const known = new Map([...(schemas ?? [])].map(([schema, database]) => [database, schema]));
    return rows.flatMap((row) => {
      const database = String(row['database']);
      const schema = schemas === undefined ? database : known.get(database);
      return schema === undefined
        ? []
        : [{ schema, name: String(row['name']), kind: parseKind(row['engine']) }];
    });
  }

  async fetchKind(schema: string, name: string): Promise<RelationInfo['kind'] | null> {
    const [row] = await this.query('select engine from system.tables where database = $1 and name = $2', [
      this.#findDatabase(schema),
      name,
    ]);
    return row === undefined ? null : parseKind(row['engine']);
  }

  async listColumns(schema: string, name: string): Promise<readonly ColumnInfo[]> {
    const rows = await this.query(
      'select name, type from system.columns where database = $1 and table = $2 order by position',
      [this.#findDatabase(schema), name],
    );
    return rows.map((row) => ({ name: String(row['name']), type: String(row['type']) }));
  }

  async writeRows(target: WriteTarget, rows: readonly (readonly Value[])[]): Promise<void> {
    if (rows.length === 0) return;
    await this.#ask((options) =>
      this.#session.client.insert({
        table: this.#renderTarget(target),
        columns: target.columns.map(quoteIdentifier) as [string, ...string[]],
        values: rows.map((row) => row.map((value) => (typeof value === 'bigint' ? String(value) : value))),
        format: 'JSONCompactEachRow',
        ...options,
      }),
    );
  }

  /** A table without a schema is a temporary one of the session. */
  #renderTarget({ schema, name }: WriteTarget): string {
    return schema === '' ? quoteIdentifier(name) : quoteRelation(this.#findDatabase(schema), name);
  }

  /** ClickHouse has no transactions: what was done before an error stays (see `hasTransactions` of the profile). */
  async transaction<T>(work: () => Promise<T>): Promise<T> {
    return work();
  }

  async writeFile(sql: string, { path, format }: BulkFile): Promise<number> {
    const statement = this.#bindOne(sql, []);
    await this.#ask(async (options) => {
      const query = `${statement.sql}\nformat ${FORMATS[format]}`;
      const { stream } = await this.#session.client.exec({ query, ...options });
      await pipeline(stream, fs.createWriteStream(path));
    });
    const [row] = await this.query(`select count(*) as n from (${sql}) as written`);
    return Number(row?.['n']);
  }

  async readFile(target: WriteTarget, { path, format }: BulkFile): Promise<number> {
    const relation = this.#renderTarget(target);
    const columns = target.columns.map(quoteIdentifier).join(', ');
    if (this.#session.isEmbedded) {
      const file = `file(${quoteLiteral(path)}, ${FORMATS[format]})`;
      await this.execute(`insert into ${relation} (${columns}) select * from ${file}`);
      const [row] = await this.query(`select count(*) as n from ${file}`);
      return Number(row?.['n']);
    }
    const count = async () => Number((await this.query(`select count(*) as n from ${relation}`))[0]?.['n']);
    // A cluster says what every server wrote, the one that was asked among them.
    const before = this.#session.cluster === null ? null : await count();
    const written = await this.#ask(async (options) => {
      await fs.promises.access(path);
      const result = await this.#session.client.insert({
        table: relation,
        columns: target.columns.map(quoteIdentifier) as [string, ...string[]],
        values: fs.createReadStream(path, { objectMode: false } as object),
        format: FORMATS[format],
        ...options,
      });
      return Number(result.summary?.written_rows ?? 0);
    });
    return before === null ? written : (await count()) - before;
  }

  async connect(): Promise<ClickhouseEngine> {
    const { session, ...place } = this.#place ?? {};
    const engine = new ClickhouseEngine(this.#session, place);
    engine.#names = this.#names;
    return engine;
  }

  /** A connection that finds relations in a place of its own. */
  async connectTo(place: ClickhousePlace): Promise<ClickhouseEngine> {
    const engine = new ClickhouseEngine(this.#session, place);
    if (place.schemas !== undefined) await engine.#readNames();
    return engine;
  }

  progress(): number | null {
    return null;
  }

  /**
   * Has the server end what runs, and gives the requests up then. An engine in this process is not reached: it ends its
   * statement in its own time.
   */
  interrupt(): void {
    for (const [id, stop] of this.#running) {
      const killed = this.#session.isEmbedded ? Promise.resolve() : this.#kill(id);
      killed.catch(() => {}).finally(() => stop.abort());
    }
  }

  async #kill(id: string): Promise<void> {
    const query = 'kill query where query_id = {id:String} async';
    (await this.#session.client.query({ query, query_params: { id } })).close();
  }

  async close(): Promise<void> {
    if (this.#place === null) await this.#session.client.close();
  }
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
