import type { ColumnInfo } from '../engines/index.ts';

/** A table as it is to stand elsewhere: its rows are those of a query on the warehouse. */
export interface TablePlan {
  readonly schema: string;
  readonly name: string;
  readonly description: string;
  /** What the warehouse is asked; its columns are those of the table. */
  readonly query: string;
  /** By column; those of columns that the query does not give are passed over. */
  readonly descriptions: Readonly<Record<string, string>>;
  /** Columns of text that holds JSON. */
  readonly json: readonly string[];
  /** Columns that are known to tell every row from every other, and filled in; the first is the primary key. */
  readonly keys: readonly (readonly string[])[];
  /** Further columns to find rows by. */
  readonly indexes: readonly (readonly string[])[];
}

/** What of one warehouse is published. */
export interface PublishSet {
  /** No two builds have the same; empty where nothing says which build it was. */
  readonly buildId: string;
  /** The day the company is looked at; null where nothing says so. */
  readonly asOf: string | null;
  readonly tables: readonly TablePlan[];
  /** False for a part: what else was published stays as it is. */
  readonly isWhole: boolean;
}

/** A table with the columns its query gives, in the warehouse's own types. */
export interface PublishTable extends TablePlan {
  readonly columns: readonly ColumnInfo[];
}

export type TableChange = 'new' | 'replaced' | 'unchanged';

export interface PublishedTable {
  readonly schema: string;
  readonly name: string;
  readonly rows: number;
  readonly seconds: number;
  readonly change: TableChange;
}

/** What can be published to. */
export const PUBLISH_TARGETS = ['postgres', 'parquet', 'duckdb'] as const;
export type PublishTarget = (typeof PUBLISH_TARGETS)[number];

/** Where to, and what became of it. */
export interface PublishReport {
  readonly to: PublishTarget;
  /** The database by its name, or the folder or file that was written. */
  readonly place: string;
  readonly buildId: string;
  readonly asOf: string | null;
  readonly tables: readonly PublishedTable[];
  /** Tables of an earlier publication that this one no longer has: `schema.table`. */
  readonly dropped: readonly string[];
  readonly rows: number;
  readonly seconds: number;
}

/** What is being done, and how far all of it is. */
export interface PublishProgress {
  readonly step: string;
  readonly done: number;
  readonly total: number;
}
