/** A query that is written into another as a `with` clause: an ephemeral model. */
export interface CommonTableExpression {
  readonly name: string;
  readonly sql: string;
}

const LEADING = /^(?:\s+|--[^\n]*(?:\n|$)|\/\*[\s\S]*?\*\/)*/;
const WITH = /^with(\s+recursive)?\b/i;

/** Where a query's own words begin, comments and white space passed over. */
function findStart(sql: string): number {
  return LEADING.exec(sql)?.[0].length ?? 0;
}

/**
 * Puts ephemeral models in front of a query, before its own `with` clause if it has one.
 *
 * @example
 * injectExpressions('select 1 from __dbt__cte__a', [{ name: '__dbt__cte__a', sql: 'select 2' }])
 * // with __dbt__cte__a as (
 * // select 2
 * // ) select 1 from __dbt__cte__a
 */
export function injectExpressions(sql: string, expressions: readonly CommonTableExpression[]): string {
  if (expressions.length === 0) return sql;
  const clauses = expressions.map(({ name, sql: body }) => `${name} as (\n${body.trim()}\n)`).join(', ');
  const start = findStart(sql);
  const match = WITH.exec(sql.slice(start));
  if (match === null) return `${sql.slice(0, start)}with ${clauses} ${sql.slice(start)}`;
  const after = start + match[0].length;
  return `${sql.slice(0, start)}with${match[1] ?? ''} ${clauses},${sql.slice(after)}`;
}
