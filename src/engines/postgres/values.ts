import type { Value } from '../engine.ts';
import { renderInstant } from '../instants.ts';

/** Type numbers of PostgreSQL's catalogue (`pg_type.oid`), which never change. */
const BOOL = 16;
const INT8 = 20;
const INTEGERS = [21, 23, 26];
const FLOATS = [700, 701];
const TIMESTAMPS = [1114, 1184];
const NUMERIC = 1700;

function parseInstant(text: string): string {
  const match = /^(\d+-\d\d-\d\d) (\d\d:\d\d:\d\d)(?:\.(\d{1,6}))?/.exec(text);
  if (match === null) return text;
  const milliseconds = BigInt(Date.parse(`${match[1]}T${match[2]}Z`));
  return renderInstant(milliseconds * 1000n + BigInt((match[3] ?? '').padEnd(6, '0')));
}

function parseWhole(text: string): number | bigint {
  const number = Number(text);
  return Number.isSafeInteger(number) ? number : BigInt(text);
}

/** The type of a column: its number, and what narrows it, such as the digits of a decimal; -1 for nothing. */
export interface PostgresType {
  readonly number: number;
  readonly modifier: number;
}

/** One value of PostgreSQL's text protocol (session in UTC) in the form every engine shares. */
export function parsePostgresValue(
  text: string | null,
  { number: typeNumber, modifier }: PostgresType,
): Value {
  if (text === null) return null;
  if (typeNumber === BOOL) return text === 't';
  if (INTEGERS.includes(typeNumber) || FLOATS.includes(typeNumber)) return Number(text);
  if (typeNumber === INT8) return parseWhole(text);
  // A sum of 64-bit integers; a decimal of no digits after the point says so.
  if (typeNumber === NUMERIC && modifier === -1 && /^-?\d+$/.test(text)) return parseWhole(text);
  return TIMESTAMPS.includes(typeNumber) ? parseInstant(text) : text;
}
