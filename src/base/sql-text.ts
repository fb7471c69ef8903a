/** Quotes an identifier for DuckDB, PostgreSQL and ClickHouse alike. */
export function quoteIdentifier(name: string): string {
  if (name.includes('\0')) throw new TypeError('an identifier cannot hold a NUL character');
  return `"${name.replaceAll('"', '""')}"`;
}

/** Quotes a string literal. For names of files and the like, where a statement takes no parameter. */
export function quoteLiteral(text: string): string {
  return `'${text.replaceAll("'", "''")}'`;
}

/** `"schema"."table"`; without a schema the bare name, such as that of a temporary table. */
export function quoteRelation(schema: string, name: string): string {
  return schema === '' ? quoteIdentifier(name) : `${quoteIdentifier(schema)}.${quoteIdentifier(name)}`;
}
