/** How the rows of a table are kept, where an engine asks: names of columns and expressions as a model's config has them. */
export interface TableStorage {
  /** `MergeTree()` unless told. */
  readonly engine: string | null;
  readonly orderBy: readonly string[];
  readonly partitionBy: readonly string[];
}

/** A table to be made from a query; names are quoted, the query is in parentheses. */
export interface NewTable {
  readonly relation: string;
  readonly storage: TableStorage;
  /** The columns with their types where later rows may have NULL in what these rows all have a value in. */
  readonly columns: readonly { readonly name: string; readonly type: string }[] | null;
  readonly query: string;
}

/** A table without rows; the relation and what `columns` say of each column are SQL. */
export interface EmptyTable {
  readonly relation: string;
  readonly columns: readonly string[];
  /** Columns in whose order rows are best kept, quoted. */
  readonly orderBy: readonly string[];
  /** The column, quoted, by whose months old rows are told from new ones; null where there is none. */
  readonly day: string | null;
}

/** `create table` for engines that need to know nothing of storage. */
export function renderEmptyTable({ relation, columns }: EmptyTable): string {
  return `create table if not exists ${relation} (${columns.join(', ')})`;
}

/** `create or replace table … as` for engines that need to know nothing of storage. */
export function renderTable({ relation, query }: NewTable): string {
  return `create or replace table ${relation} as ${query}`;
}
