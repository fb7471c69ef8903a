import type { Value } from '../engine.ts';

/** One statement as ClickHouse takes it. */
export interface BoundStatement {
  readonly sql: string;
  readonly parameters: Readonly<Record<string, unknown>>;
}

/** Dates with literals, other literals, what stays as it is, parameters, types, and the end of a statement. */
const TOKENS =
  /\b(?<kind>date|timestamp)\s*(?<moment>'[^']*')|(?<text>'(?:[^']|'')*')|(?<kept>"(?:[^"]|"")*"|--[^\n]*|\/\*[\s\S]*?\*\/)|\$(?<place>\d+)|\b(?<zoned>timestamptz)\b|\bas\s+(?<type>date|timestamp)(?=\s*\))|(?<end>;)/gi;

const TYPES: Readonly<Record<string, string>> = { date: 'Date32', timestamp: 'DateTime64(6)' };
const CASTS: Readonly<Record<string, (text: string) => string>> = {
  date: (text) => `toDate32(${text})`,
  timestamp: (text) => `toDateTime64(${text}, 6)`,
};

function nameType(value: Value): string {
  if (value === null) return 'Nullable(String)';
  if (typeof value === 'bigint') return 'Int64';
  if (typeof value === 'number') return Number.isInteger(value) ? 'Int64' : 'Float64';
  return typeof value === 'boolean' ? 'Bool' : 'String';
}

/**
 * Standard SQL in ClickHouse's words, one statement each: a backslash in a literal is itself, `$1` is a typed parameter,
 * dates and moments have the wide types (`Date` ends in 2149 and begins in 1970), and `date '…'` is one of them.
 *
 * @example
 * bindStatements('select cast($1 as date)', ['2026-03-14']);
 * // [{ sql: 'select cast({p1:String} as Date32)', parameters: { p1: '2026-03-14' } }]
 */
export function bindStatements(sql: string, values: readonly Value[]): readonly BoundStatement[] {
  const parameters: Record<string, unknown> = {};
  const end = '\u0000';
  const text = sql.replace(TOKENS, (whole, ...rest) => {
    const found = rest.at(-1) as Record<string, string | undefined>;
    if (found['kept'] !== undefined) return whole;
    if (found['text'] !== undefined) return whole.replaceAll('\\', '\\\\');
    if (found['kind'] !== undefined)
      return CASTS[found['kind'].toLowerCase()]?.(found['moment'] ?? '') ?? whole;
    if (found['zoned'] !== undefined) return `DateTime64(6, 'UTC')`;
    if (found['type'] !== undefined) return `as ${TYPES[found['type'].toLowerCase()]}`;
    if (found['end'] !== undefined) return end;
    const value = values[Number(found['place']) - 1] ?? null;
    parameters[`p${found['place']}`] = value;
    return `{p${found['place']}:${nameType(value)}}`;
  });
  return text
    .split(end)
    .filter((one) => one.trim() !== '')
    .map((one) => ({ sql: one, parameters }));
}
