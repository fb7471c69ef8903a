export type { AbstractType, DatePart, Dialect } from './dialect.ts';
export { duckdbDialect } from './duckdb/duckdb-dialect.ts';
export type { DuckdbEngine, NumberBlock } from './duckdb/duckdb-engine.ts';
export { openDuckdb } from './duckdb/open-duckdb.ts';
export type { ColumnInfo, Engine, RelationInfo, Row, RowChunk, Value } from './engine.ts';
export { postgresDialect } from './postgres/postgres-dialect.ts';
export { openPostgres } from './postgres/postgres-engine.ts';
export type { EngineKind } from './profiles.ts';
export { isConflict, runAlone } from './run-alone.ts';
