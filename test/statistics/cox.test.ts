import { describe, expect, it } from 'vitest';
import { checkProportionalHazards, fitCox } from '../../src/statistics/index.ts';
import { buildFrame, measureDifference, readReference } from './reference.ts';

type Numbers = readonly number[];

interface Fit {
  readonly coefficients: Numbers;
  readonly errors: Numbers;
  readonly p: Numbers;
  readonly logLikelihood: number;
  readonly nullLogLikelihood: number;
  readonly concordance: number;
  readonly zph: Readonly<Record<'chiSquare' | 'p' | 'correlation' | 'all', Numbers>>;
}

interface Reference {
  readonly columns: readonly Numbers[];
  readonly times: Numbers;
  readonly events: Numbers;
  readonly entries: Numbers;
  readonly tied: Fit;
  readonly entered: Fit;
}

const reference = readReference<Reference>('cox');
const frame = buildFrame(reference.columns);
const lifetimes = { times: Float64Array.from(reference.times), events: Uint8Array.from(reference.events) };
const entered = { ...lifetimes, entries: Float64Array.from(reference.entries) };
const cases = [
  ['ties after Efron', lifetimes, reference.tied],
  ['late entries', entered, reference.entered],
] as const;

describe("Cox's model, against statsmodels", () => {
  it.each(cases)('agrees with %s', (_, data, expected) => {
    const model = fitCox(frame, data);
    const read = (name: 'coefficient' | 'error' | 'p') => model.terms.map((term) => term[name]);
    expect(measureDifference(read('coefficient'), expected.coefficients)).toBeLessThan(1e-8);
    expect(measureDifference(read('error'), expected.errors)).toBeLessThan(1e-8);
    expect(measureDifference(read('p'), expected.p)).toBeLessThan(1e-8);
    expect(Math.abs(model.logLikelihood - expected.logLikelihood)).toBeLessThan(1e-8);
    expect(Math.abs(model.nullLogLikelihood - expected.nullLogLikelihood)).toBeLessThan(1e-8);
    expect(model.likelihoodRatio).toMatchObject({
      degrees: 3,
      chiSquare: expect.closeTo(2 * (expected.logLikelihood - expected.nullLogLikelihood), 8),
    });
    expect(model.concordance).toBeCloseTo(expected.concordance, 10);
    const [first] = model.terms;
    expect(first?.hazardRatio).toBeCloseTo(Math.exp(expected.coefficients[0] ?? NaN), 8);
    const half = 1.959963984540054 * (expected.errors[0] ?? NaN);
    expect(first?.interval.low).toBeCloseTo(Math.exp((expected.coefficients[0] ?? NaN) - half), 8);
  });

  it.each(cases)('checks proportionality with %s', (_, data, { zph }) => {
    const check = checkProportionalHazards(frame, data, fitCox(frame, data));
    const read = (name: 'chiSquare' | 'p' | 'correlation') => check?.terms.map((term) => term[name]) ?? [];
    expect(measureDifference(read('chiSquare'), zph.chiSquare)).toBeLessThan(1e-8);
    expect(measureDifference(read('p'), zph.p)).toBeLessThan(1e-8);
    expect(measureDifference(read('correlation'), zph.correlation)).toBeLessThan(1e-8);
    expect(measureDifference([check?.all.chiSquare ?? NaN, check?.all.p ?? NaN], zph.all)).toBeLessThan(1e-8);
  });
});

describe("Cox's model", () => {
  it('does not care about the unit of time or of a column', () => {
    const times = lifetimes.times.map((time) => time / 365);
    const [a, b, c] = frame.columns.map((column) => column.slice());
    const scaled = fitCox(
      {
        ...frame,
        columns: [
          a?.map((value) => 1000 + value / 60) ?? new Float64Array(),
          b ?? new Float64Array(),
          c ?? new Float64Array(),
        ],
      },
      { ...lifetimes, times },
    );
    expect((scaled.terms[0]?.coefficient ?? NaN) / 60).toBeCloseTo(reference.tied.coefficients[0] ?? NaN, 8);
    expect(scaled.logLikelihood).toBeCloseTo(reference.tied.logLikelihood, 8);
  });

  it('finds an effect that changes with time', () => {
    const rows = 400;
    const column = Float64Array.from({ length: rows }, (_, row) => row % 2);
    // One half goes early at first and late afterwards, the other at an even pace.
    const times = Float64Array.from({ length: rows }, (_, row) => {
      const place = Math.floor(row / 2) / 200;
      return row % 2 === 0 ? 1 + place * 100 : 1 + place ** 3 * 160;
    });
    const data = { times, events: new Uint8Array(rows).fill(1) };
    const one = { names: ['early'], columns: [column], rows };
    const check = checkProportionalHazards(one, data, fitCox(one, data));
    expect(check?.terms[0]?.p).toBeLessThan(1e-6);
    expect(check?.terms[0]?.correlation).toBeLessThan(0);
  });

  it('refuses what has no answer, and says why', () => {
    const refuse = (columns: readonly (readonly (number | null)[])[], why: RegExp, data = lifetimes) =>
      expect(() => fitCox(buildFrame(columns), data)).toThrow(why);
    const [a = [], b = []] = reference.columns;
    refuse([a], /nobody had the event/, { ...lifetimes, events: new Uint8Array(220) });
    refuse([a, a.map(() => 4)], /b is the same in all rows/);
    refuse([a.map((value, row) => (row === 3 ? null : value))], /a has missing values/);
    refuse([a, b, a.map((value, row) => value + 2 * (b[row] ?? 0))], /determine each other/);
    const separated = { times: Float64Array.of(1, 2, 3, 4), events: Uint8Array.of(1, 1, 0, 0) };
    refuse([[1, 1, 0, 0]], /cannot be fitted/, separated);
    const [two, same] = [
      buildFrame([[1, 2, 1]]),
      { times: Float64Array.of(5, 5, 5), events: Uint8Array.of(1, 1, 0) },
    ];
    expect(checkProportionalHazards(two, same, fitCox(two, same))).toBeNull();
  });
});
