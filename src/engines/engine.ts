import type { Dialect } from './dialect.ts';
import type { BulkFormat, EngineProfile } from './profiles.ts';

/**
 * A value as it comes from any engine. Integers are numbers (bigint beyond 2^53), decimals are strings with
 * their digits kept, dates are `YYYY-MM-DD`, times are ISO 8601 in UTC with a `Z`, anything nested is JSON text.
 */
export type Value = null | boolean | number | bigint | string;

export type Row = Readonly<Record<string, Value>>;

export interface ColumnInfo {
  readonly name: string;
  /** The engine's own name of the type, for example `DECIMAL(14,2)`. */
  readonly type: string;
}

export interface RelationInfo {
  readonly schema: string;
  readonly name: string;
  readonly kind: 'table' | 'view';
}

/** One chunk of a streamed result. */
export interface RowChunk {
  readonly columns: readonly string[];
  readonly rows: readonly (readonly Value[])[];
}

/** What every engine can do. Statements take positional parameters `$1`, `$2` …. */
export interface Engine {
  readonly profile: EngineProfile;
  readonly dialect: Dialect;
  /** What goes before the names of the schemas of a warehouse that is built beside another; mostly nothing. */
  readonly schemaPrefix: string;
  /** True when nothing can change while it is open: what was found once holds. */
  readonly isFrozen: boolean;
  /** All rows of a small result. */
  query(sql: string, parameters?: readonly Value[]): Promise<readonly Row[]>;
  /** A large result, chunk by chunk, without holding it. */
  stream(sql: string, parameters?: readonly Value[]): AsyncIterable<RowChunk>;
  /** Runs one statement, or several without parameters; returns the rows changed by the last. */
  execute(sql: string, parameters?: readonly Value[]): Promise<number>;
  /** The columns a query would return, without running it. */
  describe(sql: string): Promise<readonly ColumnInfo[]>;
  /** Every table and view outside the engine's own schemas. */
  listRelations(): Promise<readonly RelationInfo[]>;
  /** What stands under a name: a table, a view, or nothing. */
  fetchKind(schema: string, name: string): Promise<RelationInfo['kind'] | null>;
  /** The columns of one table or view; empty when there is none of that name. */
  listColumns(schema: string, name: string): Promise<readonly ColumnInfo[]>;
  /** Appends rows in bulk: values in the order of `columns`. For small tables such as fixtures. */
  writeRows(target: WriteTarget, rows: readonly (readonly Value[])[]): Promise<void>;
  /**
   * Everything `work` does happens, or nothing of it. Not nested. A serializable one sees one state of the database
   * throughout and fails where another process changed meanwhile what it read: run it again then.
   */
  transaction<T>(work: () => Promise<T>, isolation?: 'serializable'): Promise<T>;
  /**
   * Writes a query's rows to a file, in the engine: no row passes through JavaScript.
   *
   * @returns the number of rows
   */
  writeFile(sql: string, file: BulkFile): Promise<number>;
  /** Appends the rows of a file that `writeFile` of any engine wrote: the columns of the target, in their order. */
  readFile(target: WriteTarget, file: BulkFile): Promise<number>;
  /** A second connection to the same database, whose statements run beside those of this one. Whoever opens it closes it. */
  connect(): Promise<Engine>;
  /** How far the running statement is, 0–100; null where the engine cannot tell. */
  progress(): number | null;
  /** Ends the running statement with an error. */
  interrupt(): void;
  close(): Promise<void>;
}

/** A file of rows on this machine; `csv` as RFC 4180 says, with a header, and an unknown value as an unquoted `\\N`. */
export interface BulkFile {
  readonly path: string;
  readonly format: BulkFormat;
}

export interface WriteTarget {
  /** Empty for a temporary table. */
  readonly schema: string;
  readonly name: string;
  readonly columns: readonly string[];
  /** Made by the transaction that writes: every reader who finds it finds its rows, whenever that reader began. */
  readonly isNew?: boolean;
}
