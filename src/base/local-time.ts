/** A moment as a clock on the wall shows it. */
export interface LocalTime {
  /** `YYYY-MM-DD` */
  readonly date: string;
  /** Minutes since midnight. */
  readonly minutes: number;
}

const DAY = 86_400_000;
const formats = new Map<string, Intl.DateTimeFormat>();

function findFormat(timezone: string): Intl.DateTimeFormat {
  const known = formats.get(timezone);
  if (known !== undefined) return known;
  const format = new Intl.DateTimeFormat('en-CA', {
    timeZone: timezone,
    hourCycle: 'h23',
    year: 'numeric',
    month: '2-digit',
    day: '2-digit',
    hour: '2-digit',
    minute: '2-digit',
  });
  formats.set(timezone, format);
  return format;
}

/** True for an IANA time zone such as `Europe/Berlin`. */
export function isTimezone(timezone: string): boolean {
  try {
    findFormat(timezone);
    return true;
  } catch {
    return false;
  }
}

/** What the clock on the wall of a time zone shows. */
export function parseLocalTime(at: number, timezone: string): LocalTime {
  const parts = new Map(
    findFormat(timezone)
      .formatToParts(at)
      .map(({ type, value }) => [type, value]),
  );
  const part = (name: Intl.DateTimeFormatPartTypes) => parts.get(name) ?? '00';
  return {
    date: `${part('year').padStart(4, '0')}-${part('month')}-${part('day')}`,
    minutes: Number(part('hour')) * 60 + Number(part('minute')),
  };
}

/**
 * The date at a moment, in milliseconds since the epoch, in a time zone; in UTC where there is none, or none of that name.
 *
 * @example
 * localDay(Date.parse('2026-03-09T10:00:00Z'), 'Pacific/Kiritimati'); // '2026-03-10'
 */
export function localDay(instant: number, timezone: string | null): string {
  return parseLocalTime(instant, timezone !== null && isTimezone(timezone) ? timezone : 'UTC').date;
}

function parseAsUtc({ date, minutes }: LocalTime): number {
  return Date.parse(`${date}T00:00:00Z`) + minutes * 60_000;
}

/**
 * The moment at which the clock on the wall shows a time. A time that occurs twice, when the clock is put back, is the
 * first of the two; one that is skipped, when it is put forward, is as much later as the clock jumped.
 */
export function buildInstant(local: LocalTime, timezone: string): number {
  const wanted = parseAsUtc(local);
  const [before, after] = [wanted - DAY, wanted + DAY].map(
    (at) => wanted - (parseAsUtc(parseLocalTime(at, timezone)) - at),
  ) as [number, number];
  const shows = (at: number) => parseAsUtc(parseLocalTime(at, timezone)) === wanted;
  const fitting = [before, after].filter(shows);
  return fitting.length > 0 ? Math.min(...fitting) : before;
}

/** 0 for Sunday to 6 for Saturday. */
export function parseWeekday(date: string): number {
  return new Date(`${date}T00:00:00Z`).getUTCDay();
}
