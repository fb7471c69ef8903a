export type EngineKind = 'duckdb' | 'postgres';

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
  /** What it reads and writes rows in bulk as, the one it is fastest at first. */
  readonly bulkFormats: readonly BulkFormat[];
}

export const DUCKDB_PROFILE: EngineProfile = {
  kind: 'duckdb',
  bindsViewsLate: true,
  isToldToLook: false,
  bulkFormats: ['parquet', 'csv'],
};

export const POSTGRES_PROFILE: EngineProfile = {
  kind: 'postgres',
  bindsViewsLate: false,
  isToldToLook: true,
  bulkFormats: ['csv'],
};
