/** Compiled SQL as a subquery can hold it: no closing semicolon, and a line break after a last `--` comment. */
export function renderSubquery(sql: string): string {
  return `(\n${sql.trim().replace(/(\s*;)+$/, '')}\n)`;
}
