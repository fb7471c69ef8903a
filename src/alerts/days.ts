/** The earliest of some days; null among them says nothing. */
export function earliestOf(first: string, ...others: readonly (string | null)[]): string {
  return others.reduce<string>((least, day) => (day !== null && day < least ? day : least), first);
}

const WEEKDAYS = ['Sunday', 'Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday'] as const;

export function renderWeekday(day: string): string {
  return WEEKDAYS[new Date(`${day}T00:00:00Z`).getUTCDay()] ?? '';
}
