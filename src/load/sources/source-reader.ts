import type { ContractColumn } from '../../contract/index.ts';
import type { ColumnInfo, Engine } from '../../engines/index.ts';
import type { CursorSight } from './cursor-state.ts';
import type { TransactionState } from './progress-store.ts';
import type { Source, SourceEntry } from './read-sources.ts';

/** A cursor's column, and what its values are. */
export interface Cursor {
  readonly column: string;
  readonly unit: 'time' | 'number';
  /** The engine's own name of its type. */
  readonly type: string;
  /** How far behind the bound reading begins, in the unit of the cursor. */
  readonly lag: bigint;
}

/** Which rows to read, and how far that is. */
export interface TransactionRead {
  /** An SQL condition; null for all rows. */
  readonly condition: string | null;
  readonly state: TransactionState;
}

/** How one kind of database is read. Relations go by the alias `source`. */
export interface SourceReader {
  /** The files its rows travel in. */
  readonly format: 'csv' | 'parquet';
  /** The expression that says who asks. */
  readonly role: string;
  /** What stands behind `from`. */
  renderRelation(entry: SourceEntry): string;
  /** A column of the source as it is to be written for a column of the contract. */
  renderValue(info: ColumnInfo, column: ContractColumn, timezone: string): string;
  /** The cursor an entry names; null where its type will not do. */
  buildCursor(info: ColumnInfo, entry: SourceEntry, timezone: string): Cursor | null;
  /** The rows from a bound on, and those without a cursor. */
  renderFrom(cursor: Cursor, bound: bigint): string;
  /** What is to be known before anything is read, cursor by cursor. */
  fetchSights(
    engine: Engine,
    cursors: readonly { readonly relation: string; readonly cursor: Cursor }[],
    source: Source,
  ): Promise<readonly CursorSight[]>;
  /** Begins to read: from here on one state of the database is seen, where it can do that. */
  begin(engine: Engine): Promise<void>;
  /** Rows changed since the last read, told by their transactions. Absent where there are none. */
  fetchTransactionRead?(
    engine: Engine,
    entry: SourceEntry,
    last: TransactionState | null,
  ): Promise<TransactionRead>;
  /** True where the transactions of writers cannot be seen, so that a cursor cannot be relied on without a lag. */
  checkIsStandby(engine: Engine): Promise<boolean>;
  end(engine: Engine): Promise<void>;
  /** Ends the running statement when the signal is given; the function returned stops listening. */
  watch?(engine: Engine, signal: AbortSignal): Promise<() => void>;
}
