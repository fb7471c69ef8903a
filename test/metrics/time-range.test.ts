import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { addDays, daysBetween } from '../../src/base/index.ts';
import { addMonths, GRANULARITIES, shift, startOf } from '../../src/metrics/calendar.ts';
import { buildPeriods, comparePeriod } from '../../src/metrics/time-range.ts';

const asOf = '2026-03-14';

describe('a calendar of UTC days', () => {
  it.each([
    ['day', '2026-03-14', '2026-03-14'],
    ['week', '2026-03-14', '2026-03-09'],
    ['week', '2026-03-15', '2026-03-09'],
    ['week', '2026-03-16', '2026-03-16'],
    ['month', '2026-03-14', '2026-03-01'],
    ['quarter', '2026-03-14', '2026-01-01'],
    ['quarter', '2025-12-31', '2025-10-01'],
    ['year', '2026-03-14', '2026-01-01'],
  ] as const)('begins the %s of %s on %s', (granularity, day, start) => {
    expect(startOf(granularity, day)).toBe(start);
  });

  it.each([
    ['2026-03-31', -1, '2026-02-28'],
    ['2024-02-29', 12, '2025-02-28'],
    ['2024-01-31', 1, '2024-02-29'],
    ['2026-01-15', -13, '2024-12-15'],
  ])('is on %s and %i months later on %s', (day, months, later) => {
    expect(addMonths(day, months)).toBe(later);
  });

  it('steps from period to period without a gap or an overlap', () => {
    const day = fc.integer({ min: 0, max: 20_000 }).map((days) => addDays('1990-01-01', days));
    fc.assert(
      fc.property(day, fc.constantFrom(...GRANULARITIES), (date, granularity) => {
        const start = startOf(granularity, date);
        const next = shift(granularity, start, 1);
        expect(start <= date && date < next).toBe(true);
        expect(startOf(granularity, addDays(next, -1))).toBe(start);
        expect(shift(granularity, next, -1)).toBe(start);
      }),
    );
  });
});

describe('the periods of a range', () => {
  it('counts the running period among the last ones, and marks it', () => {
    const { from, to, periods } = buildPeriods({ range: 'last 3 months', granularity: 'month', asOf });
    expect([from, to]).toEqual(['2026-01-01', '2026-03-15']);
    expect(periods.map(({ start, last, isPartial }) => [start, last, isPartial])).toEqual([
      ['2026-01-01', '2026-01-31', false],
      ['2026-02-01', '2026-02-28', false],
      ['2026-03-01', '2026-03-14', true],
    ]);
  });

  it.each([
    { range: undefined, from: '2026-03-14', to: '2026-03-15', isPartial: false },
    { range: 'last 30 days', from: '2026-02-13', to: '2026-03-15', isPartial: false },
    { range: 'this quarter', from: '2026-01-01', to: '2026-03-15', isPartial: true },
    { range: 'previous month', from: '2026-02-01', to: '2026-03-01', isPartial: false },
    { range: 'previous week', from: '2026-03-02', to: '2026-03-09', isPartial: false },
    {
      range: { from: '2026-01-05', to: '2026-01-08' },
      from: '2026-01-05',
      to: '2026-01-08',
      isPartial: false,
    },
    {
      range: { from: '2026-03-10', to: '2026-04-01' },
      from: '2026-03-10',
      to: '2026-03-15',
      isPartial: true,
    },
  ])('makes one period of $range', ({ range, from, to, isPartial }) => {
    const answer = buildPeriods({ range, asOf });
    expect([answer.from, answer.to]).toEqual([from, to]);
    expect(answer.periods).toHaveLength(1);
    expect(answer.periods[0]?.isPartial).toBe(isPartial);
  });

  it.each([
    'last month or so',
    'last 0 days',
    'next week',
    'this eon',
    'last 100001 days',
    'last 1e300 years',
    'last 300 years',
    { from: '0001-01-01', to: '2026-03-01' },
    { from: '2026-02-30', to: '2026-03-01' },
  ])('refuses %j and says what to write', (range) => {
    expect(() => buildPeriods({ range, asOf })).toThrow(/time\.range/);
  });

  it('refuses more periods than anybody reads', () => {
    const range = 'last 20 years';
    expect(() => buildPeriods({ range, granularity: 'day', asOf })).toThrow('more than 4000 periods');
    expect(buildPeriods({ range, granularity: 'week', asOf }).periods.length).toBeGreaterThan(1000);
  });

  it('refuses a range of which nothing is known', () => {
    const range = { from: '2026-05-01', to: '2026-06-01' };
    expect(() => buildPeriods({ range, asOf })).toThrow('nothing after 2026-03-14 is known');
  });

  it('clips a range of days at both ends of its periods', () => {
    const range = { from: '2026-01-15', to: '2026-02-10' };
    const { periods } = buildPeriods({ range, granularity: 'month', asOf });
    expect(periods.map(({ start, first, last }) => [start, first, last])).toEqual([
      ['2026-01-01', '2026-01-15', '2026-01-31'],
      ['2026-02-01', '2026-02-01', '2026-02-09'],
    ]);
  });
});

describe('what a period is compared with', () => {
  function compare(
    options: Parameters<typeof buildPeriods>[0],
    comparison: 'previous_period' | 'previous_range' | 'previous_year',
  ) {
    const built = buildPeriods(options);
    return built.periods.map((period) => {
      const { first, last } = comparePeriod(period, comparison, built);
      return [period.start, first, last];
    });
  }

  it('is as far before as the whole range is long, where the range is asked for', () => {
    const months = compare({ range: 'last 2 months', granularity: 'month', asOf }, 'previous_range');
    expect(months).toEqual([
      ['2026-02-01', '2025-12-01', '2025-12-31'],
      ['2026-03-01', '2026-01-01', '2026-01-14'],
    ]);
    const days = compare({ range: 'last 30 days', granularity: 'day', asOf }, 'previous_range');
    expect(days.at(0)).toEqual(['2026-02-13', '2026-01-14', '2026-01-14']);
    expect(days.at(-1)).toEqual(['2026-03-14', '2026-02-12', '2026-02-12']);
    const whole = { range: 'last 30 days', asOf };
    expect(compare(whole, 'previous_range')).toEqual(compare(whole, 'previous_period'));
  });

  it('is the whole one before, and for an open one as many of its days', () => {
    expect(compare({ range: 'last 2 months', granularity: 'month', asOf }, 'previous_period')).toEqual([
      ['2026-02-01', '2026-01-01', '2026-01-31'],
      ['2026-03-01', '2026-02-01', '2026-02-14'],
    ]);
  });

  it('never leaves a shorter period before', () => {
    const late = { range: 'this month', asOf: '2026-03-30' };
    expect(compare(late, 'previous_period')).toEqual([['2026-03-01', '2026-02-01', '2026-02-28']]);
  });

  it('lies a year back, on the same days', () => {
    expect(compare({ range: 'this quarter', asOf }, 'previous_year')).toEqual([
      ['2026-01-01', '2025-01-01', '2025-03-14'],
    ]);
  });

  it('is as long as a range of the user’s own', () => {
    const range = { from: '2026-01-11', to: '2026-01-21' };
    expect(compare({ range, asOf }, 'previous_period')).toEqual([['2026-01-11', '2026-01-01', '2026-01-10']]);
    expect(daysBetween('2026-01-01', '2026-01-11')).toBe(10);
  });
});
