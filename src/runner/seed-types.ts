import type { AbstractType } from '../engines/index.ts';

const WHOLE = /^[+-]?\d+$/;
const DECIMAL = /^[+-]?(\d+(\.\d*)?|\.\d+)(e[+-]?\d+)?$/i;
const DATE = /^(\d{4})-(\d{1,2})-(\d{1,2})$/;
const SPACED_TIME = /^(\d{4})-(\d{1,2})-(\d{1,2}) (\d{1,2}):(\d{1,2}):(\d{1,2})$/;
const ISO_TIME =
  /^(\d{4})-(\d\d)-(\d\d)T(\d\d):(\d\d)(?::(\d\d)(?:[.,](\d{1,6}))?)?(Z|[+-]\d\d(?::?\d\d)?)?$/;
const LARGEST_INTEGER = 2n ** 31n - 1n;

/** How the values of one column are stored. */
export interface SeedType {
  readonly type: AbstractType;
  /** A value of the file in the form every engine reads alike. */
  readonly render: (cell: string) => string | null;
}

type Parse = (cell: string) => string | null;

function parseDate(cell: string): string | null {
  const match = DATE.exec(cell);
  if (match === null) return null;
  const text = `${match[1]}-${match[2]?.padStart(2, '0')}-${match[3]?.padStart(2, '0')}`;
  const time = Date.parse(`${text}T00:00:00Z`);
  // Date.parse takes 31 February for 2 March.
  return !Number.isNaN(time) && new Date(time).toISOString().startsWith(text) ? text : null;
}

function parseSpacedTime(cell: string): string | null {
  const match = SPACED_TIME.exec(cell);
  if (match === null) return null;
  const date = parseDate(cell.slice(0, cell.indexOf(' ')));
  const [hour, minute, second] = match.slice(4).map(Number) as [number, number, number];
  if (date === null || hour > 23 || minute > 59 || second > 59) return null;
  return `${date} ${[hour, minute, second].map((part) => String(part).padStart(2, '0')).join(':')}`;
}

function parseIsoTime(cell: string): string | null {
  const match = ISO_TIME.exec(cell);
  if (match === null || parseDate(cell.slice(0, 10)) === null) return null;
  const offset = (match[8] ?? 'Z').replace(/^([+-]\d\d):?(\d\d)?$/, (_, hour, minute) => {
    return `${hour}:${minute ?? '00'}`;
  });
  const time = Date.parse(`${cell.slice(0, 16)}:${match[6] ?? '00'}${offset}`);
  if (Number.isNaN(time)) return null;
  const whole = new Date(time).toISOString().slice(0, 19).replace('T', ' ');
  return match[7] === undefined ? whole : `${whole}.${match[7]}`;
}

function parseBoolean(cell: string): string | null {
  const folded = cell.trim().toLowerCase();
  return folded === 'true' || folded === 'false' ? folded : null;
}

function parseDecimal(cell: string): string | null {
  return DECIMAL.test(cell.trim()) ? cell.trim() : null;
}

function isNullWord(cell: string): boolean {
  const folded = cell.trim().toLowerCase();
  return folded === '' || folded === 'null';
}

function buildNumberType(cells: readonly string[]): SeedType {
  const render = (cell: string) => (isNullWord(cell) ? null : cell.trim());
  const numbers = cells.filter((cell) => !isNullWord(cell)).map((cell) => cell.trim());
  if (!numbers.every((cell) => WHOLE.test(cell))) return { type: 'float', render };
  const isLarge = numbers.some((cell) => {
    const value = BigInt(cell.replace('+', ''));
    return value > LARGEST_INTEGER || value < -LARGEST_INTEGER;
  });
  return { type: isLarge ? 'bigint' : 'int', render };
}

const CANDIDATES: readonly { readonly type: AbstractType; readonly parse: Parse }[] = [
  { type: 'float', parse: parseDecimal },
  { type: 'date', parse: (cell) => parseDate(cell.trim()) },
  { type: 'timestamp', parse: (cell) => parseSpacedTime(cell.trim()) },
  { type: 'timestamp', parse: (cell) => parseIsoTime(cell.trim()) },
  { type: 'boolean', parse: parseBoolean },
];

/**
 * The type of a seed's column from all its values, by dbt's rules: the first of number, date, time and boolean
 * that every value has, else text. Whole numbers are integers (bigint beyond 32 bits), others floats; the word
 * `null` is NULL unless the column is text; a column without values is an integer. `007` is the number 7, as in
 * dbt: set `column_types` to keep it text.
 *
 * @example
 * inferSeedType(['2024-01-31', '2024-2-1']).type; // 'date'
 */
export function inferSeedType(cells: readonly (string | null)[]): SeedType {
  const values = cells.filter((cell): cell is string => cell !== null);
  const judged = values.filter((cell) => !isNullWord(cell));
  const found = CANDIDATES.find(({ parse }) => judged.every((cell) => parse(cell) !== null));
  if (found === undefined) return { type: 'string', render: (cell) => cell };
  if (found.type === 'float') return buildNumberType(values);
  return { type: found.type, render: (cell) => (isNullWord(cell) ? null : found.parse(cell)) };
}
