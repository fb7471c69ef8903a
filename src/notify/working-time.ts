import { addDays, buildInstant, parseLocalTime, parseWeekday } from '../base/index.ts';

/** When somebody works, and when their digest comes. */
export interface WorkingTime {
  readonly timezone: string;
  /** Minutes since local midnight; the end is after the start. */
  readonly start: number;
  readonly end: number;
  /** 0 for Sunday to 6 for Saturday. */
  readonly weekdays: readonly number[];
  /** `YYYY-MM-DD`, local. */
  readonly holidays: readonly string[];
  /** When the daily digest comes, minutes since local midnight. */
  readonly digestAt: number;
}

/** Longer than any row of days off that somebody writes down. */
const MOST_DAYS = 400;

function isWorkday(date: string, time: WorkingTime): boolean {
  return time.weekdays.includes(parseWeekday(date)) && !time.holidays.includes(date);
}

function* listWorkdays(from: string, time: WorkingTime): Iterable<string> {
  for (let day = 0; day < MOST_DAYS; day += 1) {
    const date = addDays(from, day);
    if (isWorkday(date, time)) yield date;
  }
}

/** The first moment from `at` on within somebody's working hours: `at` itself while they work. */
export function buildDeliverAfter(at: number, time: WorkingTime): number {
  const local = parseLocalTime(at, time.timezone);
  if (isWorkday(local.date, time) && local.minutes >= time.start && local.minutes < time.end) return at;
  for (const date of listWorkdays(local.date, time)) {
    const start = buildInstant({ date, minutes: time.start }, time.timezone);
    if (start >= at) return start;
  }
  return at;
}

/** The first moment after `at` at which somebody's daily digest comes: on a working day of theirs. */
export function buildDigestTime(at: number, time: WorkingTime): number {
  const { date: today } = parseLocalTime(at, time.timezone);
  for (const date of listWorkdays(today, time)) {
    const moment = buildInstant({ date, minutes: time.digestAt }, time.timezone);
    if (moment > at) return moment;
  }
  return at;
}
