import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  buildSurvivalCurve,
  measureRestrictedMean,
  measureSurvival,
  measureSurvivalQuantile,
  runLogRankTest,
} from '../../src/statistics/index.ts';
import { measureDifference, readReference } from './reference.ts';

type Numbers = readonly number[];
type Curve = Readonly<
  Record<'times' | 'survival' | 'error' | 'atRisk' | 'low' | 'high' | 'medianInterval', Numbers>
> & {
  readonly median: number;
  readonly restrictedMean: { readonly mean: number; readonly error: number };
};

interface Reference {
  readonly times: Numbers;
  readonly events: Numbers;
  readonly entries: Numbers;
  readonly groups: Numbers;
  readonly curve: Curve;
  readonly enteredCurve: Curve;
  readonly logRank: Readonly<Record<'two' | 'three' | 'entered', Numbers>>;
}

const reference = readReference<Reference>('survival');
const lifetimes = { times: Float64Array.from(reference.times), events: Uint8Array.from(reference.events) };
const entered = { ...lifetimes, entries: Float64Array.from(reference.entries) };

describe('the survival curve, against statsmodels', () => {
  it.each([
    ['with all from the start', lifetimes, reference.curve],
    ['with some who came late', entered, reference.enteredCurve],
  ] as const)('agrees %s', (_, data, expected) => {
    const curve = buildSurvivalCurve(data);
    const steps = curve.steps.filter(({ events }) => events > 0);
    expect(steps.map(({ time }) => time)).toEqual(expected.times);
    expect(steps.map(({ atRisk }) => atRisk)).toEqual(expected.atRisk);
    const pick = (read: (step: (typeof steps)[number]) => number) => steps.map(read);
    expect(
      measureDifference(
        pick(({ survival }) => survival),
        expected.survival,
      ),
    ).toBeLessThan(1e-12);
    expect(
      measureDifference(
        pick(({ variance }) => Math.sqrt(variance)),
        expected.error,
      ),
    ).toBeLessThan(1e-10);
    const inside = steps.filter(({ survival }) => survival > 0);
    expect(
      measureDifference(
        inside.map(({ interval }) => interval?.low ?? NaN),
        expected.low,
      ),
    ).toBeLessThan(1e-8);
    expect(
      measureDifference(
        inside.map(({ interval }) => interval?.high ?? NaN),
        expected.high,
      ),
    ).toBeLessThan(1e-8);
    const [low, high] = expected.medianInterval;
    expect(measureSurvivalQuantile(curve, 0.5)).toEqual({ time: expected.median, low, high });
    const { mean, error, isObserved } = measureRestrictedMean(curve, { horizon: 400 });
    expect(Math.abs(mean - expected.restrictedMean.mean)).toBeLessThan(1e-8);
    expect(Math.abs(error - expected.restrictedMean.error)).toBeLessThan(1e-8);
    expect(isObserved).toBe(true);
  });
});

/** A list of times with an event each. */
const ends = fc.array(fc.integer({ min: 1, max: 30 }), { minLength: 1, maxLength: 50 });

describe('the survival curve', () => {
  it('without censoring is the share that lives longer, and its area the mean', () => {
    fc.assert(
      fc.property(ends, (times) => {
        const curve = buildSurvivalCurve({
          times: Float64Array.from(times),
          events: new Uint8Array(times.length).fill(1),
        });
        for (const { time, survival } of curve.steps)
          expect(survival).toBeCloseTo(times.filter((end) => end > time).length / times.length, 12);
        const { mean } = measureRestrictedMean(curve, { horizon: 30 });
        expect(mean).toBeCloseTo(times.reduce((sum, end) => sum + end, 0) / times.length, 9);
      }),
    );
  });

  it('never rises, whoever is cut off, and an entry at the start changes nothing', () => {
    const rows = fc.array(fc.tuple(fc.integer({ min: 1, max: 20 }), fc.boolean()), { minLength: 1 });
    fc.assert(
      fc.property(rows, (pairs) => {
        const data = {
          times: Float64Array.from(pairs, ([time]) => time),
          events: Uint8Array.from(pairs, ([, isEvent]) => Number(isEvent)),
        };
        const curve = buildSurvivalCurve(data);
        curve.steps.forEach(({ survival, atRisk }, place) => {
          expect(survival).toBeLessThanOrEqual(curve.steps[place - 1]?.survival ?? 1);
          expect(atRisk).toBe(pairs.filter(([time]) => time >= (curve.steps[place]?.time ?? 0)).length);
        });
        const entries = new Float64Array(pairs.length);
        expect(buildSurvivalCurve({ ...data, entries })).toEqual(curve);
      }),
    );
  });

  it('says what is known at a time, and that nothing is known after the last', () => {
    const curve = buildSurvivalCurve({
      times: Float64Array.of(2, 4, 4, 6),
      events: Uint8Array.of(1, 1, 0, 0),
    });
    expect(measureSurvival(curve, 1)).toEqual({ survival: 1, interval: null, atRisk: 4 });
    expect(measureSurvival(curve, 4)).toMatchObject({ survival: 0.5, atRisk: 3 });
    expect(measureSurvival(curve, 5.5)).toMatchObject({ survival: 0.5, atRisk: 1 });
    expect(measureSurvival(curve, 7)).toBeNull();
    expect(measureSurvivalQuantile(curve, 0.5).time).toBe(4);
    expect(measureSurvivalQuantile(curve, 0.6)).toEqual({ time: null, low: expect.any(Number), high: null });
    const gone = buildSurvivalCurve({ times: Float64Array.of(1, 2), events: Uint8Array.of(1, 1) });
    expect(measureSurvival(gone, 9)).toEqual({ survival: 0, interval: null, atRisk: 0 });
    expect(
      measureSurvival(buildSurvivalCurve({ times: new Float64Array(), events: new Uint8Array() }), 1),
    ).toBeNull();
  });

  it('is taken as flat beyond what was seen, and says so', () => {
    const curve = buildSurvivalCurve({ times: Float64Array.of(2, 4), events: Uint8Array.of(1, 0) });
    expect(measureRestrictedMean(curve, { horizon: 10 })).toMatchObject({
      mean: 2 + 0.5 * 8,
      isObserved: false,
    });
    expect(measureRestrictedMean(curve, { horizon: 1 })).toMatchObject({ mean: 1, error: 0 });
  });
});

describe('the log-rank test', () => {
  it('agrees with statsmodels for two groups and three, and with late entries', () => {
    const { two, three, entered: late } = reference.logRank;
    const isFirst = reference.groups.map((group) => Number(group === 1));
    for (const [test, expected] of [
      [runLogRankTest(lifetimes, isFirst, 2), two],
      [runLogRankTest(lifetimes, reference.groups, 3), three],
      [runLogRankTest(entered, reference.groups, 3), late],
    ] as const)
      expect(measureDifference([test?.chiSquare ?? NaN, test?.p ?? NaN], expected)).toBeLessThan(1e-8);
  });

  it('expects as many events as there are, and does not care how groups are numbered', () => {
    const test = runLogRankTest(lifetimes, reference.groups, 3);
    const sum = (values: Numbers = []) => values.reduce((total, value) => total + value, 0);
    expect(sum(test?.expected)).toBeCloseTo(sum(test?.observed), 9);
    const turned = runLogRankTest(
      lifetimes,
      reference.groups.map((group) => 2 - group),
      3,
    );
    expect(turned?.chiSquare).toBeCloseTo(test?.chiSquare ?? NaN, 9);
  });

  it('passes over groups that were never there, and is null where one is left', () => {
    const shifted = reference.groups.map((group) => 2 * group);
    expect(runLogRankTest(lifetimes, shifted, 5)).toMatchObject({
      degrees: 2,
      chiSquare: expect.closeTo(reference.logRank.three[0] ?? NaN, 8),
    });
    expect(runLogRankTest(lifetimes, new Uint8Array(180), 2)).toBeNull();
    expect(runLogRankTest({ ...lifetimes, events: new Uint8Array(180) }, reference.groups, 3)).toBeNull();
  });
});
