import { addDays, daysBetween, TenureError } from '../base/index.ts';
import {
  addMonths,
  earliestOf,
  GRANULARITIES,
  type Granularity,
  isDay,
  latestOf,
  shift,
  startOf,
} from './calendar.ts';

export type TimeRange = string | { readonly from: string; readonly to: string };

/** A part of the range: days from `first` to `last`; `end` is the first day after the whole calendar period. */
export interface Period {
  /** What the row is called: the first day of the calendar period. */
  readonly start: string;
  readonly first: string;
  readonly last: string;
  readonly end: string;
  /** True while the period goes on after `last`. */
  readonly isPartial: boolean;
}

/** How far back the period before lies: calendar units, or days for a range of the user's own. */
export interface Step {
  readonly unit: Granularity;
  readonly count: number;
}

export interface Periods {
  /** The range asked for, half-open, as far as it is known. */
  readonly from: string;
  readonly to: string;
  readonly periods: readonly Period[];
  /** From a period to the one before. */
  readonly step: Step;
  /** From the range to the one before. */
  readonly rangeStep: Step;
}

/** `previous_period`: the period before each; `previous_range`: as far before as the whole range is long; a year before. */
export const COMPARISONS = ['previous_period', 'previous_range', 'previous_year'] as const;
export type Comparison = (typeof COMPARISONS)[number];

interface Span {
  readonly from: string;
  readonly to: string;
  readonly step: Step;
  /** The first day after the calendar units the range is made of. */
  readonly end: string;
}

function invalid(problem: string): TenureError {
  return new TenureError('METRIC_QUERY_INVALID', { problem });
}

/** No company has figures of before, and years beyond four digits are no dates to a database. */
const FIRST_DAY = '1900-01-01';
/** Units of `last 12 months`. */
const MOST_UNITS = 100_000;
/** More than ten years of days. */
const MOST_PERIODS = 4000;

const RANGE_HELP = `write "last 12 months", "this quarter", "previous week", or {"from": "2026-01-01", "to": "2026-02-01"}`;

function parseUnit(word: string): Granularity {
  const unit = GRANULARITIES.find((granularity) => granularity === word || `${granularity}s` === word);
  if (unit === undefined) throw invalid(`time.range: ${word} is no unit of time; ${RANGE_HELP}`);
  return unit;
}

function parseSpan(range: TimeRange | undefined, asOf: string): Span {
  const tomorrow = addDays(asOf, 1);
  if (range === undefined)
    return { from: asOf, to: tomorrow, end: tomorrow, step: { unit: 'day', count: 1 } };
  if (typeof range !== 'string') {
    const { from, to } = range;
    if (!isDay(from) || !isDay(to) || from >= to) {
      throw invalid(
        `time.range: from ${from} to ${to} is no range of days; from is the first, to the day after the last`,
      );
    }
    return { from, to, end: to, step: { unit: 'day', count: daysBetween(from, to) } };
  }
  const words = range.trim().toLowerCase().split(/\s+/);
  const [first = '', second = '', third = ''] = words;
  const count = Number(second);
  if (first === 'last' && Number.isInteger(count) && count > 0 && count <= MOST_UNITS && words.length === 3) {
    const unit = parseUnit(third);
    const start = startOf(unit, asOf);
    return {
      from: shift(unit, start, 1 - count),
      to: tomorrow,
      end: shift(unit, start, 1),
      step: { unit, count },
    };
  }
  if ((first === 'this' || first === 'previous') && words.length === 2) {
    const unit = parseUnit(second);
    const start = startOf(unit, asOf);
    const step = { unit, count: 1 };
    return first === 'this'
      ? { from: start, to: tomorrow, end: shift(unit, start, 1), step }
      : { from: shift(unit, start, -1), to: start, end: start, step };
  }
  throw invalid(`time.range: ${range} is not understood; ${RANGE_HELP}`);
}

/**
 * The periods of a range, clipped to what is known by `asOf`. Without a granularity the whole range is one period.
 *
 * @throws TenureError METRIC_QUERY_INVALID
 *
 * @example
 * buildPeriods({ range: 'last 2 months', granularity: 'month', asOf: '2026-03-14' }).periods;
 * // [{ start: '2026-02-01', last: '2026-02-28', isPartial: false, … }, { start: '2026-03-01', last: '2026-03-14', isPartial: true, … }]
 */
export function buildPeriods(options: {
  readonly range?: TimeRange | undefined;
  readonly granularity?: Granularity | undefined;
  readonly asOf: string;
}): Periods {
  const { granularity, asOf } = options;
  const span = parseSpan(options.range, asOf);
  const known = addDays(asOf, 1);
  const to = earliestOf(span.to, known);
  if (span.from < FIRST_DAY) throw invalid(`time.range begins before ${FIRST_DAY}`);
  if (span.from >= to) throw invalid(`time.range begins on ${span.from}: nothing after ${asOf} is known`);
  if (granularity === undefined) {
    const { from, end, step } = span;
    const period = { start: from, first: from, last: addDays(to, -1), end, isPartial: end > to };
    return { from, to, periods: [period], step, rangeStep: step };
  }
  const periods: Period[] = [];
  for (let start = startOf(granularity, span.from); start < to; start = shift(granularity, start, 1)) {
    if (periods.length === MOST_PERIODS)
      throw invalid(`time.range has more than ${MOST_PERIODS} periods: take a longer granularity`);
    const end = shift(granularity, start, 1);
    const first = latestOf(start, span.from);
    const last = addDays(earliestOf(end, to), -1);
    periods.push({ start, first, last, end, isPartial: addDays(last, 1) < end });
  }
  return { from: span.from, to, periods, step: { unit: granularity, count: 1 }, rangeStep: span.step };
}

/**
 * The days a period is compared with, under the name of that period: an open period with as many days of the one
 * before, a whole one with the whole one before.
 */
export function comparePeriod(
  period: Period,
  comparison: Comparison,
  { step, rangeStep }: Pick<Periods, 'step' | 'rangeStep'>,
): Period {
  const { unit, count } = comparison === 'previous_range' ? rangeStep : step;
  const before = (day: string): string =>
    comparison === 'previous_year' ? addMonths(day, -12) : shift(unit, day, -count);
  const first = before(period.first);
  const end = comparison === 'previous_period' ? period.first : before(period.end);
  const whole = addDays(end, -1);
  const elapsed = addDays(first, daysBetween(period.first, period.last));
  return { ...period, first, end, last: period.isPartial ? earliestOf(elapsed, whole) : whole };
}
