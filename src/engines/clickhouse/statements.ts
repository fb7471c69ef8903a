import type { Value } from '../engine.ts';
import type { RelationNames } from './resolve-names.ts';
import { translateSql } from './translate-sql.ts';

/** One statement as ClickHouse takes it. */
export interface BoundStatement {
  readonly sql: string;
  readonly parameters: Readonly<Record<string, unknown>>;
}

function nameType(value: Value): string {
  if (value === null) return 'Nullable(String)';
  if (typeof value === 'bigint') return 'Int64';
  if (typeof value === 'number') return Number.isInteger(value) ? 'Int64' : 'Float64';
  return typeof value === 'boolean' ? 'Bool' : 'String';
}

/**
 * Standard SQL in ClickHouse's words (see `translateSql`), one statement each, `$1` a typed parameter.
 *
 * @example
 * bindStatements('select cast($1 as date)', ['2026-03-14']);
 * // [{ sql: 'select cast({p1:String} as Date32)', parameters: { p1: '2026-03-14' } }]
 */
export function bindStatements(
  sql: string,
  values: readonly Value[],
  names?: RelationNames,
): readonly BoundStatement[] {
  const parameters: Record<string, unknown> = {};
  const renderParameter = (place: number) => {
    const value = values[place - 1] ?? null;
    parameters[`p${place}`] = value;
    return `{p${place}:${nameType(value)}}`;
  };
  const statements = translateSql(sql, renderParameter, names);
  return statements.map((one) => ({ sql: one, parameters }));
}
