import { unwrapType } from './clickhouse/values.ts';
import type { ColumnInfo, Engine } from './engine.ts';

/** DuckDB's names for types of ClickHouse. */
const NAMES: Readonly<Record<string, string>> = {
  Bool: 'BOOLEAN',
  Date: 'DATE',
  Date32: 'DATE',
  Float32: 'FLOAT',
  Float64: 'DOUBLE',
  Int8: 'TINYINT',
  Int16: 'SMALLINT',
  Int32: 'INTEGER',
  Int64: 'BIGINT',
  Int128: 'HUGEINT',
  UInt8: 'UTINYINT',
  UInt16: 'USMALLINT',
  UInt32: 'UINTEGER',
  UInt64: 'UBIGINT',
  UInt128: 'UHUGEINT',
};
/** Digits of DuckDB's widest decimal. */
const MOST_DIGITS = 38;

function nameType(type: string): string {
  const bare = unwrapType(type);
  const [, digits, scale] = /^Decimal\((\d+), (\d+)\)$/.exec(bare) ?? [];
  if (digits !== undefined) return Number(digits) > MOST_DIGITS ? 'DOUBLE' : `DECIMAL(${digits},${scale})`;
  if (bare.startsWith('DateTime')) return bare.includes(`'`) ? 'TIMESTAMP WITH TIME ZONE' : 'TIMESTAMP';
  return NAMES[bare] ?? 'VARCHAR';
}

/**
 * Columns of an engine with types that code for several engines knows: those of DuckDB and PostgreSQL as they are, those of
 * ClickHouse by DuckDB's names, where DuckDB has nothing like them as text.
 *
 * @example
 * nameCommonTypes(await clickhouse.describe('select now() as at'), clickhouse);
 * // [{ name: 'at', type: 'TIMESTAMP WITH TIME ZONE' }]
 */
export function nameCommonTypes(
  columns: readonly ColumnInfo[],
  { profile }: Pick<Engine, 'profile'>,
): readonly ColumnInfo[] {
  if (profile.kind !== 'clickhouse') return columns;
  return columns.map(({ name, type }) => ({ name, type: nameType(type) }));
}
