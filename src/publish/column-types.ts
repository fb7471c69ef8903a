import { quoteIdentifier, TenureError } from '../base/index.ts';
import type { ColumnInfo, EngineKind } from '../engines/index.ts';

/** A column of a published table, and how it is read from the warehouse. */
export interface ColumnTarget {
  readonly name: string;
  /** In the words of the engine it is written to. */
  readonly type: string;
  /** SQL of the engine it is read from. */
  readonly expression: string;
}

/** DuckDB's types that PostgreSQL calls something else; the rest have the same name in both. */
const POSTGRES_TYPES: Readonly<Record<string, string>> = {
  VARCHAR: 'text',
  JSON: 'jsonb',
  DOUBLE: 'double precision',
  FLOAT: 'real',
  TINYINT: 'smallint',
  UTINYINT: 'smallint',
  USMALLINT: 'integer',
  UINTEGER: 'bigint',
  UBIGINT: 'numeric(20, 0)',
  HUGEINT: 'numeric(39, 0)',
  UHUGEINT: 'numeric(39, 0)',
  'TIMESTAMP WITH TIME ZONE': 'timestamptz',
  TIMESTAMP_S: 'timestamp',
  TIMESTAMP_MS: 'timestamp',
  TIMESTAMP_NS: 'timestamp',
  'TIME WITH TIME ZONE': 'timetz',
  BLOB: 'bytea',
  BIT: 'text',
};
const SHARED_TYPES = /^(BOOLEAN|SMALLINT|INTEGER|BIGINT|DATE|TIME|TIMESTAMP|INTERVAL|UUID|DECIMAL\(.*\))$/;
const DUCKDB_TYPES: Readonly<Record<string, string>> = {
  text: 'varchar',
  json: 'json',
  jsonb: 'json',
  'double precision': 'double',
  numeric: 'double',
};

function buildForPostgres({ name, type }: ColumnInfo): ColumnTarget {
  const column = quoteIdentifier(name);
  const known = POSTGRES_TYPES[type] ?? (SHARED_TYPES.test(type) ? type.toLowerCase() : undefined);
  if (type.startsWith('ENUM(')) return { name, type: 'text', expression: column };
  // Lists, structs, maps and whatever else PostgreSQL has nothing like.
  if (known === undefined) return { name, type: 'jsonb', expression: `to_json(${column})` };
  const isBinary = known === 'bytea';
  return { name, type: known, expression: isBinary ? `'\\x' || hex(${column})` : column };
}

function buildForDuckdb({ name, type }: ColumnInfo): ColumnTarget {
  const column = quoteIdentifier(name);
  if (type.endsWith('[]')) return { name, type: 'json', expression: `to_json(${column})` };
  if (type === 'bytea') return { name, type: 'varchar', expression: `encode(${column}, 'hex')` };
  const bare = type.replace(/^(timestamp|time)\(\d\)/, '$1');
  const isText = /^(character|"char"|name$)/.test(bare);
  return { name, type: isText ? 'varchar' : (DUCKDB_TYPES[bare] ?? bare), expression: column };
}

/** A column of one kind of engine in the type that another kind has for its values. */
export function buildColumnTarget(column: ColumnInfo, from: EngineKind, to: EngineKind): ColumnTarget {
  if (from === to) return { ...column, expression: quoteIdentifier(column.name) };
  // Columns of ClickHouse come by DuckDB's names.
  if (from === 'clickhouse' && to === 'duckdb')
    return { ...column, expression: quoteIdentifier(column.name) };
  if (from !== 'postgres' && to === 'postgres') return buildForPostgres(column);
  if (from === 'postgres' && to === 'duckdb') return buildForDuckdb(column);
  throw new TenureError('INTERNAL', { problem: `nothing is published from ${from} to ${to}` });
}
