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

/** `create or replace table … as` for engines that need to know nothing of storage. */
export function renderTable({ relation, query }: NewTable): string {
  return `create or replace table ${relation} as ${query}`;
}
