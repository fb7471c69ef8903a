export type EngineKind = 'duckdb' | 'postgres' | 'clickhouse';

/** Formats of files that rows go from engine to engine in. */
export type BulkFormat = 'csv' | 'parquet';

/** What an engine can and cannot do: the table the code branches on, printed in `docs/engines.md`. */
export interface EngineProfile {
  /** dbt's `target.type`, and the prefix of dispatched macros. */
  readonly kind: EngineKind;
  /** Views keep their text and bind when they are read; otherwise replacing a table needs `cascade`. */
  readonly bindsViewsLate: boolean;
  /** The planner knows nothing of a new table before it is told to look: `analyze`. */
  readonly isToldToLook: boolean;
  /** A subquery becomes part of the query around it, which computes its columns again wherever it names them. */
  readonly mergesSubqueries: boolean;
  /** What it reads and writes rows in bulk as, the one it is fastest at first. */
  readonly bulkFormats: readonly BulkFormat[];
  /** A transaction that fails leaves nothing behind; otherwise what was done before the error stays. */
  readonly hasTransactions: boolean;
  /** A column of a table made from a query takes NULL, also where no row of the query had it. */
  readonly hasNullableColumns: boolean;
  /** Tables have indexes; otherwise they are kept in the order of a key. */
  readonly hasIndexes: boolean;
  /** The first day a date can be. */
  readonly firstDay: string;
}

export const DUCKDB_PROFILE: EngineProfile = {
  kind: 'duckdb',
  bindsViewsLate: true,
  isToldToLook: false,
  mergesSubqueries: false,
  bulkFormats: ['parquet', 'csv'],
  hasTransactions: true,
  hasNullableColumns: true,
  hasIndexes: true,
  firstDay: '0001-01-01',
};

export const POSTGRES_PROFILE: EngineProfile = {
  kind: 'postgres',
  bindsViewsLate: false,
  isToldToLook: true,
  mergesSubqueries: true,
  bulkFormats: ['csv'],
  hasTransactions: true,
  hasNullableColumns: true,
  hasIndexes: true,
  firstDay: '0001-01-01',
};

export const CLICKHOUSE_PROFILE: EngineProfile = {
  kind: 'clickhouse',
  bindsViewsLate: true,
  isToldToLook: false,
  mergesSubqueries: false,
  bulkFormats: ['parquet', 'csv'],
  hasTransactions: false,
  hasNullableColumns: false,
  hasIndexes: false,
  firstDay: '1900-01-01',
};
