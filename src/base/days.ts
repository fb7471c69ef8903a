const DAY_MS = 86_400_000;

function parseDay(day: string): number {
  return Date.parse(`${day}T00:00:00Z`);
}

/** The UTC date so many days on from another, both written as `2026-03-14`. */
export function addDays(day: string, days: number): string {
  return new Date(parseDay(day) + days * DAY_MS).toISOString().slice(0, 10);
}

/** Days from one UTC date to a later one. */
export function daysBetween(from: string, to: string): number {
  return Math.round((parseDay(to) - parseDay(from)) / DAY_MS);
}

/**
 * Whole months from one date to a later one. The last day of a month completes one that began on a day it does not have,
 * so a year after 29 February is 28 February.
 *
 * @example
 * monthsBetween('2024-02-29', '2025-02-28'); // 12
 */
export function monthsBetween(from: string, to: string): number {
  const [first, last] = [new Date(parseDay(from)), new Date(parseDay(to))];
  const daysOfMonth = new Date(Date.UTC(last.getUTCFullYear(), last.getUTCMonth() + 1, 0)).getUTCDate();
  const isComplete = last.getUTCDate() >= Math.min(first.getUTCDate(), daysOfMonth);
  const years = last.getUTCFullYear() - first.getUTCFullYear();
  return 12 * years + last.getUTCMonth() - first.getUTCMonth() - (isComplete ? 0 : 1);
}
