import { daysBetween, isTimezone, localDay, monthsBetween } from '../base/index.ts';

/** Longest text of one field, in characters. */
const LONGEST = 120;

/** What other systems write where they have nothing. */
const NOTHING = /^(?:null|undefined|nan|none|nil|n\/?a|#n\/a|unknown|\[object object\]|[-–—?.]+)$/i;

/** Marks that belong to a sentence before the value: in a message they would stand after a space. */
const LEADING_MARKS = /^ ?(?:[,.;!?]+(?: |$))+/;

/**
 * A value as it may stand in a message, or null where there is nothing to show. Merge fields somebody left unfilled in
 * another system (`{{first_name}}`) count as nothing; control and direction marks go, and so do commas and full
 * stops it begins with; white space becomes one space.
 */
export function parseFieldText(value: unknown): string | null {
  if (typeof value !== 'string') return null;
  const text = value
    .slice(0, 20_000)
    .normalize('NFC')
    .replace(/\{\{.*?\}\}|\{%.*?%\}/gs, ' ')
    // Without braces in any value, those in a message can only come from its template.
    .replaceAll('{', '(')
    .replaceAll('}', ')')
    .replace(
      /[\p{Surrogate}\p{Noncharacter_Code_Point}\u200b\ufeff\u200e\u200f\u202a-\u202e\u2066-\u2069]/gu,
      '',
    )
    .replace(/[\s\p{Cc}]+/gu, ' ')
    .replace(LEADING_MARKS, '')
    .trim();
  if (text === '' || NOTHING.test(text)) return null;
  const letters = Array.from(text);
  return letters.length <= LONGEST
    ? text
    : `${letters
        .slice(0, LONGEST - 1)
        .join('')
        .trimEnd()}…`;
}

const TITLES = /^(?:mr|mrs|ms|mx|dr|prof|sir|herr|frau|mme|mlle|sr|sra)\.?$/i;

/**
 * The name to greet somebody by, or null where the text holds none.
 *
 * @example
 * parseFirstName('Dr. Ines Roth'); // 'Ines'
 * parseFirstName('Roth, Ines'); // 'Ines'
 */
export function parseFirstName(name: string | null): string | null {
  if (name === null || name.includes('@')) return null;
  const comma = /^[^,]+,\s*([^,]+)$/.exec(name);
  const words = (comma?.[1] ?? name).split(' ').filter((word) => /[\p{L}\p{N}]/u.test(word));
  const first = words.find((word) => !TITLES.test(word));
  return first?.replace(/^[^\p{L}\p{N}]+|[^\p{L}\p{M}\p{N}.]+$/gu, '') ?? null;
}

function parseInstant(value: string | null): number | null {
  const at = Date.parse(value ?? '');
  return Number.isNaN(at) ? null : at;
}

/** The date at a moment in a time zone, or null where there is no moment. */
export function readLocalDay(value: string | null, timezone: string | null): string | null {
  const at = parseInstant(value);
  return at === null ? null : localDay(at, timezone);
}

/**
 * A moment in the words of a customer's own calendar.
 *
 * @param form `day`: January 29, 2026; `month`: May 2025
 */
export function renderDate(
  value: string | null,
  form: 'day' | 'month',
  timezone: string | null = null,
): string | null {
  const at = parseInstant(value);
  if (at === null) return null;
  const month = { year: 'numeric', month: 'long' } as const;
  const parts: Intl.DateTimeFormatOptions = form === 'day' ? { ...month, day: 'numeric' } : month;
  const timeZone = timezone !== null && isTimezone(timezone) ? timezone : 'UTC';
  return new Intl.DateTimeFormat('en-US', { ...parts, timeZone }).format(at);
}

function renderCount(count: number, unit: string): string {
  return `${count} ${unit}${count === 1 ? '' : 's'}`;
}

/**
 * How long it took from a day to another, in the largest unit that says enough.
 *
 * @example
 * renderDuration('2025-05-12', '2026-01-29'); // '8 months'
 */
export function renderDuration(from: string | null, to: string | null): string | null {
  const [first, last] = [parseInstant(from), parseInstant(to)];
  if (first === null || last === null || last < first) return null;
  const [start, end] = [localDay(first, null), localDay(last, null)];
  const days = daysBetween(start, end);
  if (days < 60) return renderCount(days, 'day');
  const months = monthsBetween(start, end);
  return months < 24 ? renderCount(months, 'month') : renderCount(Math.floor(months / 12), 'year');
}

/** A figure with its thousands set apart; any other text as it is. */
export function renderFigure(value: string | null): string | null {
  if (value === null || !/^-?\d{1,15}(?:\.\d{1,6})?$/.test(value)) return value;
  return new Intl.NumberFormat('en-US', { maximumFractionDigits: 6 }).format(Number(value));
}
