const DAY_MS = 86_400_000;

/** The UTC date so many days on from another, both written as `2026-03-14`. */
export function addDays(day: string, days: number): string {
  return new Date(Date.parse(`${day}T00:00:00Z`) + days * DAY_MS).toISOString().slice(0, 10);
}

/** The earliest of some days; null among them says nothing. */
export function earliestOf(first: string, ...others: readonly (string | null)[]): string {
  return others.reduce<string>((least, day) => (day !== null && day < least ? day : least), first);
}

const WEEKDAYS = ['Sunday', 'Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday'] as const;

export function renderWeekday(day: string): string {
  return WEEKDAYS[new Date(`${day}T00:00:00Z`).getUTCDay()] ?? '';
}
