export type EngineKind = 'duckdb' | 'postgres';

/** What an engine can and cannot do: the table the code branches on, printed in `docs/engines.md`. */
export interface EngineProfile {
  /** dbt's `target.type`, and the prefix of dispatched macros. */
  readonly kind: EngineKind;
  /** Views keep their text and bind when they are read; otherwise replacing a table needs `cascade`. */
  readonly bindsViewsLate: boolean;
}

export const DUCKDB_PROFILE: EngineProfile = {
  kind: 'duckdb',
  bindsViewsLate: true,
};

export const POSTGRES_PROFILE: EngineProfile = {
  kind: 'postgres',
  bindsViewsLate: false,
};
