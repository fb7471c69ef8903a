import { addDays } from '../base/index.ts';

/** Calendar arithmetic on UTC dates written as `2026-03-14`. */

export const GRANULARITIES = ['day', 'week', 'month', 'quarter', 'year'] as const;
export type Granularity = (typeof GRANULARITIES)[number];

const MONTHS: Readonly<Record<'month' | 'quarter' | 'year', number>> = { month: 1, quarter: 3, year: 12 };

function parseDay(day: string): Date {
  return new Date(`${day}T00:00:00Z`);
}

function renderDay(date: Date): string {
  return date.toISOString().slice(0, 10);
}

export function isDay(text: string): boolean {
  return (
    /^\d{4}-\d{2}-\d{2}$/.test(text) &&
    !Number.isNaN(parseDay(text).getTime()) &&
    renderDay(parseDay(text)) === text
  );
}

/** The same day of another month, or that month's last day when it has none such. */
export function addMonths(day: string, months: number): string {
  const date = parseDay(day);
  const first = new Date(Date.UTC(date.getUTCFullYear(), date.getUTCMonth() + months, 1));
  const length = new Date(Date.UTC(first.getUTCFullYear(), first.getUTCMonth() + 1, 0)).getUTCDate();
  first.setUTCDate(Math.min(date.getUTCDate(), length));
  return renderDay(first);
}

/** The first day of the period a day lies in; weeks begin on Monday. */
export function startOf(granularity: Granularity, day: string): string {
  const date = parseDay(day);
  if (granularity === 'day') return day;
  if (granularity === 'week') return addDays(day, -((date.getUTCDay() + 6) % 7));
  const months = MONTHS[granularity];
  return renderDay(
    new Date(Date.UTC(date.getUTCFullYear(), Math.floor(date.getUTCMonth() / months) * months, 1)),
  );
}

/** The first day of the period so many periods on from one that starts on `start`. */
export function shift(granularity: Granularity, start: string, periods: number): string {
  if (granularity === 'day') return addDays(start, periods);
  if (granularity === 'week') return addDays(start, 7 * periods);
  return addMonths(start, MONTHS[granularity] * periods);
}

/** The earliest of some days. */
export function earliestOf(first: string, ...others: readonly string[]): string {
  return [first, ...others].sort()[0] ?? first;
}

/** The latest of some days. */
export function latestOf(first: string, ...others: readonly string[]): string {
  return [first, ...others].sort().at(-1) ?? first;
}
