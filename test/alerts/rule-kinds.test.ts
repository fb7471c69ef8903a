import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type AlertMetric, previewRule } from '../../src/alerts/index.ts';
import { buildFixedClock } from '../../src/base/index.ts';
import { type Engine, openDuckdb } from '../../src/engines/index.ts';
import { buildTablePort } from './metric-port.ts';
import { fillWarehouse, listPoints, type Point, readRule, shiftDay } from './workbench.ts';

const LATER = buildFixedClock('2030-01-01T12:00:00Z');

/** Small cases with numbers worked out by hand. */
describe('a rule', () => {
  let engine: Engine;
  beforeAll(async () => {
    engine = await openDuckdb({ path: ':memory:' });
  });
  afterAll(() => engine.close());

  interface Case {
    readonly settings: string;
    readonly points: readonly Point[];
    readonly metric?: Partial<AlertMetric>;
    readonly from?: string;
    readonly to?: string;
    readonly watermarks?: Readonly<Record<string, string>>;
  }

  const preview = async ({ settings, points, metric, watermarks = {}, ...range }: Case) => {
    const days = points.map(([, day]) => day).sort();
    const { from = days[0] ?? '', to = shiftDay(days.at(-1) ?? '', 1) } = range;
    await fillWarehouse(engine, points, shiftDay(days.at(-1) ?? '', 0));
    for (const [source, day] of Object.entries(watermarks))
      await engine.execute('insert into source_watermarks values ($1, $2)', [source, day]);
    const metrics = buildTablePort(metric);
    return previewRule(engine, readRule(settings, metrics), { metrics, clock: LATER, range: { from, to } });
  };
  const list = async (wanted: Case) =>
    (await preview(wanted)).firings.map(
      ({ entityId, day, value, reference }) => `${entityId} ${day.slice(5)} ${value} ${reference}`,
    );
  const sentences = async (wanted: Case) => (await preview(wanted)).firings.map(({ sentence }) => sentence);

  it('over a threshold fires on the first day, and after the cool-down while it holds', async () => {
    const points = listPoints('a', '2026-01-01', [50, 39, 38, 37, 36, 45, 30, 30]);
    const settings = 'for: customer, when: {threshold: {operator: <, value: 40}}, cool_down_days: 3';
    // 2 Jan; 5 Jan, three days later, still holds; 8 Jan, three days after that.
    expect(await list({ settings, points })).toEqual(['a 01-02 39 40', 'a 01-05 36 40', 'a 01-08 30 40']);
    const longer = settings.replace('cool_down_days: 3', 'cool_down_days: 4');
    // 6 Jan is the first day allowed and no breach; 7 Jan newly holds.
    expect(await list({ settings: longer, points })).toEqual(['a 01-02 39 40', 'a 01-07 30 40']);
  });

  it.each([
    ['<', ['01-01']],
    ['<=', ['01-01', '01-02']],
    ['>', ['01-03']],
    ['>=', ['01-02', '01-03']],
  ])('compares with %s', async (operator, days) => {
    const points = listPoints('a', '2026-01-01', [9, 10, 11]);
    const settings = `for: customer, when: {threshold: {operator: '${operator}', value: 10}}, cool_down_days: 1`;
    expect((await list({ settings, points })).map((line) => line.split(' ')[1])).toEqual(days);
  });

  it('never fires on what is unknown, nor where there is no day', async () => {
    const points: Point[] = [
      ...listPoints('a', '2026-01-01', [null, 10, null, 10]),
      ['b', '2026-01-01', 10],
      ['b', '2026-01-04', 10],
    ];
    const settings = 'for: customer, when: {threshold: {operator: <, value: 40}}, cool_down_days: 1';
    expect(await list({ settings, points })).toEqual([
      'b 01-01 10 40',
      'a 01-02 10 40',
      'a 01-04 10 40',
      'b 01-04 10 40',
    ]);
  });

  it('of N of M days counts calendar days, and needs the day itself', async () => {
    const settings =
      'for: customer, days: 2 of 3, when: {threshold: {operator: <, value: 40}}, cool_down_days: 1';
    const points = listPoints('a', '2026-01-01', [30, 50, 31, 50, 50, 32, 33, 50, 50]);
    // 3 Jan: 1 and 3 of the last three. 4 Jan is no breach. 6 Jan alone. 7 Jan: 6 and 7.
    expect(await list({ settings, points })).toEqual(['a 01-03 31 40', 'a 01-07 33 40']);
    // An unknown day in between is no breach, and takes no place of another.
    const gap = listPoints('a', '2026-01-01', [30, null, null, 31, 32]);
    expect(await list({ settings, points: gap })).toEqual(['a 01-05 32 40']);
    const missing: Point[] = [
      ['a', '2026-01-01', 30],
      ['a', '2026-01-03', 31],
      ['b', '2026-01-01', 30],
      ['b', '2026-01-04', 31],
    ];
    expect(await list({ settings, points: missing })).toEqual(['a 01-03 31 40']);
    // Breaches before the range count.
    expect(await list({ settings, points, from: '2026-01-03' })).toEqual(['a 01-03 31 40', 'a 01-07 33 40']);
  });

  it('of a change in percent against the week before leaves out a week before of 0 or nothing', async () => {
    const settings =
      'for: customer, cool_down_days: 1, when: {change: {against: previous_week, operator: <=, value: -15, unit: percent}}';
    const points = [
      ...listPoints('a', '2026-01-01', [100, 100, 0, null, 100, 100, 100]),
      // 85: exactly −15 %. 86: −14 %. Then against 0, against nothing, unknown itself, −90 %.
      ...listPoints('a', '2026-01-08', [85, 86, 0, 10, null, 10, 115]),
    ];
    expect(await list({ settings, points })).toEqual(['a 01-08 85 100', 'a 01-13 10 100']);
    expect(await sentences({ settings, points })).toEqual([
      'Figure of A is 85, down 15 % from 100 a week before.',
      'Figure of A is 10, down 90 % from 100 a week before.',
    ]);
  });

  it('of a change takes the size of a value below 0', async () => {
    const settings =
      "for: customer, when: {change: {against: 1 day, operator: '>=', value: 50, unit: percent}}";
    // From −100 to −40 is up by 60 of 100.
    expect(await list({ settings, points: listPoints('a', '2026-01-01', [-100, -40]) })).toEqual([
      'a 01-02 -40 -100',
    ]);
  });

  it('of a change against a month or a year before takes the last day of a shorter one', async () => {
    const month =
      "for: company, when: {change: {against: previous_month, operator: '>', value: 5, unit: absolute}}";
    const points: Point[] = [
      ['all', '2026-02-28', 10],
      ['all', '2026-03-31', 16],
    ];
    expect(await list({ settings: month, points })).toEqual(['all 03-31 16 10']);
    expect(await sentences({ settings: month, points })).toEqual([
      'Figure is 16, up 6 from 10 a month before.',
    ]);
    const year = month.replace('previous_month', 'previous_year');
    const leap: Point[] = [
      ['all', '2027-02-28', 10],
      ['all', '2028-02-29', 16],
    ];
    expect(await list({ settings: year, points: leap })).toEqual(['all 02-29 16 10']);
  });

  it('of a change of a ratio in points takes hundredths', async () => {
    const settings = 'for: company, when: {change: {against: 2 days, operator: <, value: -3, unit: points}}';
    const points = listPoints('all', '2026-01-01', [0.5, 0.4, 0.46]);
    expect(await sentences({ settings, points, metric: { unit: 'ratio' } })).toEqual([
      'Figure is 0.46, down 4 points from 0.5 2 days before.',
    ]);
    expect(await list({ settings, points })).toEqual([]);
  });

  it('that leaves its band looks at the same weekday of the weeks before, the day itself left out', async () => {
    // Thursdays 100, 102, 98, 104, 96; other days 10. Median 100; deviations 0 2 2 4 4, median 2; ÷ 2.9652.
    const thursdays = [100, 102, 98, 104, 96];
    const quiet = [10, 11, 9, 10, 11, 9];
    const week = (first: number, shift: number) => [first, ...quiet.map((value) => value + shift)];
    const history = thursdays.flatMap((value, index) => week(value, index % 2));
    const settings =
      'for: company, cool_down_days: 1, when: {out_of_band: {weeks: 5, z: 3, direction: below}}';
    const at = async (value: number, direction = 'below') =>
      preview({
        settings: settings.replace('below', direction),
        points: listPoints('all', '2026-01-01', [...history, value]),
        from: '2026-02-05',
      });
    // 91 lies 9 / 2.9652 = 3.035 below; 92 lies 8 / 2.9652 = 2.698 below; 10 is usual on a Friday only.
    const [firing] = (await at(91)).firings;
    expect(firing).toMatchObject({ day: '2026-02-05', value: 91, reference: 100 });
    expect(firing?.measure).toBeCloseTo(3.0352, 3);
    expect(firing?.sentence).toBe('Figure is 91, below its usual 100 of a Thursday (3 deviations).');
    expect((await at(92)).firings).toEqual([]);
    expect((await at(109)).firings).toEqual([]);
    expect((await at(109, 'above')).firings).toHaveLength(1);
    expect((await at(109, 'either')).firings).toHaveLength(1);
    expect((await at(91, 'either')).firings).toHaveLength(1);
    expect((await at(10)).firings).toHaveLength(1);
  });

  it('has no band in values that are all the same, or too few; the mean deviation stands in for half of them', async () => {
    const settings = 'for: company, when: {out_of_band: {weeks: 8, z: 3}}';
    const weekly = (values: readonly (number | null)[]): Point[] =>
      values.map((value, index) => ['all', shiftDay('2026-01-01', 7 * index), value]);
    expect(await list({ settings, points: weekly([5, 5, 5, 5, 5, 5, 5, 5, 500]) })).toEqual([]);
    // Median deviation 0; mean deviation (1 + 1) / 8 = 0.25, × 1.2533 = 0.3133: 6 is 3.19 away, 5.9 is 2.87.
    const rare = [5, 5, 5, 5, 5, 5, 6, 4];
    const last = '2026-02-26';
    expect(await list({ settings, from: last, points: weekly([...rare, 6]) })).toEqual(['all 02-26 6 5']);
    expect(await list({ settings, from: last, points: weekly([...rare, 5.9]) })).toEqual([]);
    // Three known values are too few for eight weeks, four are enough.
    const three = weekly([1, 2, 3, null, null, null, null, null, 500]);
    expect(await list({ settings, points: three, from: last })).toEqual([]);
    const four = weekly([1, 2, 3, 4, null, null, null, null, 500]);
    expect(await list({ settings, points: four, from: last })).toEqual(['all 02-26 500 2.5']);
  });

  it('of a state fires on the day it becomes one, by the last day it was known', async () => {
    const bands = ['Stable', 'Critical', 'Critical', 'Unknown', 'Critical', 'At Risk', 'Unknown', 'critical'];
    const points: Point[] = [
      ...bands.map((band, index): Point => ['a', shiftDay('2026-01-01', index), band]),
      // What was never known to be anything else became nothing.
      ['b', '2026-01-01', 'Unknown'],
      ['b', '2026-01-02', 'Critical'],
    ];
    const settings = 'for: customer, when: {becomes: [Critical]}, cool_down_days: 1';
    expect(await list({ settings, points, metric: { kind: 'state' } })).toEqual([
      'a 01-02 Critical Stable',
      'a 01-08 critical At Risk',
    ]);
    expect(await sentences({ settings, points, metric: { kind: 'state', label: 'Health band' } })).toEqual([
      'Health band of A became Critical, it was Stable.',
      'Health band of A became critical, it was At Risk.',
    ]);
  });

  it('of a target is held against it, or a share of it', async () => {
    const points = listPoints('all', '2026-01-01', [60_000, 59_999, 56_999]);
    const metric = { target: 60_000, unit: 'usd', label: 'MRR' };
    const settings = 'for: company, cool_down_days: 1, when: {against_target: {operator: <}}';
    expect(await sentences({ settings, points, metric })).toEqual([
      'MRR is 59,999 USD, under 60,000 USD, the target.',
      'MRR is 56,999 USD, under 60,000 USD, the target.',
    ]);
    const share = settings.replace('<}', '<, percent: 95}');
    expect(await sentences({ settings: share, points, metric })).toEqual([
      'MRR is 56,999 USD, under 57,000 USD, 95 % of the target.',
    ]);
    expect(await preview({ settings, points })).toMatchObject({
      firings: [],
      waits: 'there is no target for test.figure: write one into targets.yml',
    });
  });

  it('takes the rows of its filters', async () => {
    const points: Point[] = [
      ['a', '2026-01-01', 1, 'starter'],
      ['b', '2026-01-01', 1, 'enterprise'],
      // It counts while it is on the tier.
      ['c', '2026-01-01', 1, 'growth'],
      ['c', '2026-01-02', 1, 'enterprise'],
    ];
    const settings =
      'for: customer, filters: {plan_tier: [enterprise]}, when: {threshold: {operator: <, value: 40}}';
    expect(await list({ settings, points })).toEqual(['b 01-01 1 40', 'c 01-02 1 40']);
  });

  it('takes a day as unknown from a tenth of the window after its source ends', async () => {
    const points = listPoints(
      'all',
      '2026-01-01',
      Array.from({ length: 12 }, () => 1),
    );
    const settings = 'for: company, cool_down_days: 1, when: {threshold: {operator: <, value: 40}}';
    const last = async (needs: Readonly<Record<string, number | null>>) => {
      const watermarks = { 'raw.usage_events': '2026-01-05', 'raw.tickets': '2026-01-08' };
      const { firings, range } = await preview({ settings, points, metric: { needs }, watermarks });
      expect(range.to).toBe(shiftDay(firings.at(-1)?.day ?? '', 1));
      return firings.at(-1)?.day;
    };
    expect(await last({ 'raw.usage_events': 1 })).toBe('2026-01-05');
    expect(await last({ 'raw.usage_events': 9, 'raw.tickets': 1 })).toBe('2026-01-05');
    expect(await last({ 'raw.usage_events': 30 })).toBe('2026-01-08');
    expect(await last({ 'raw.usage_events': null, 'raw.absent': 1 })).toBe('2026-01-12');
  });

  it('has a receipt that leads to the same row', async () => {
    const points = listPoints('a', '2026-01-01', [39, 38, 37]);
    const settings = 'for: customer, days: 2 of 3, when: {threshold: {operator: <, value: 40}}';
    const { firings } = await preview({ settings, points, watermarks: { 'raw.usage_events': '2026-01-03' } });
    const [{ receipt } = { receipt: null }] = firings;
    expect(receipt).toMatchObject({
      value: 38,
      reference: 40,
      measure: 38,
      rule: 'Figure < 40, by customer, on 2 of 3 days',
      definition: { metric: 'test.figure', version: 'v1' },
    });
    const [row] = await engine.query(receipt?.sql ?? '', receipt?.parameters);
    expect(row).toMatchObject({ entity_id: 'a', metric_date: '2026-01-02', value: 38 });
  });
});
