import type { Value } from '../engine.ts';

const INTEGER = /^U?Int\d+$/;
const FLOATS: Readonly<Record<string, number>> = { nan: Number.NaN, inf: Infinity, '-inf': -Infinity };

/** `Nullable(Int32)` and `LowCardinality(Nullable(String))` without what is around the type of the values. */
export function unwrapType(type: string): string {
  const inner = /^(?:Nullable|LowCardinality)\((.*)\)$/.exec(type)?.[1];
  return inner === undefined ? type : unwrapType(inner);
}

function parseInteger(value: unknown): number | bigint {
  const number = Number(value);
  return Number.isSafeInteger(number) ? number : BigInt(String(value));
}

/** `2026-03-14T10:00:00.120000Z` with milliseconds always, and microseconds where there are any. */
function parseInstant(text: string): string {
  const [, seconds, fraction = ''] = /^([^.Z]*)(?:\.(\d*))?Z?$/.exec(text) ?? [];
  if (seconds === undefined) return text;
  const digits = fraction.slice(0, 6).padEnd(6, '0');
  return `${seconds.replace(' ', 'T')}.${digits.endsWith('000') ? digits.slice(0, 3) : digits}Z`;
}

/** One value of ClickHouse's JSON formats (session in UTC) in the form every engine shares (see `Value`). */
export function parseClickhouseValue(value: unknown, type: string): Value {
  if (value === null || value === undefined) return null;
  if (INTEGER.test(type)) return parseInteger(value);
  if (type.startsWith('Float'))
    return typeof value === 'string' ? (FLOATS[value] ?? Number(value)) : Number(value);
  if (type.startsWith('DateTime')) return parseInstant(String(value));
  if (typeof value === 'boolean' || typeof value === 'string') return value;
  return typeof value === 'number' ? value : JSON.stringify(value);
}
