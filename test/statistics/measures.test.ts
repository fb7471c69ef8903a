import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { buildSeededChance } from '../../src/base/index.ts';
import {
  buildCalibrationCurve,
  buildRanking,
  buildRocCurve,
  measureBrier,
  measureCalibrationSlope,
  measureConcordance,
  measureLogLoss,
  measurePrAuc,
  measurePsi,
  measureRocAuc,
  measureTopShare,
} from '../../src/statistics/index.ts';
import { measureDifference, readReference } from './reference.ts';

type Numbers = readonly number[];

interface ConcordanceFigures {
  readonly index: number;
  readonly concordant: number;
  readonly discordant: number;
  readonly tied: number;
}

interface Reference {
  readonly labels: Numbers;
  readonly exact: Numbers;
  readonly tied: Numbers;
  readonly weights: Numbers;
  readonly roc: Numbers;
  readonly weightedRoc: number;
  readonly rocCurve: Readonly<Record<'falsePositives' | 'truePositives' | 'thresholds', Numbers>>;
  readonly pr: Numbers;
  readonly weightedPr: number;
  readonly brier: number;
  readonly weightedBrier: number;
  readonly logLoss: number;
  readonly weightedLogLoss: number;
  readonly certainLogLoss: number;
  readonly calibrationCurve: readonly Numbers[];
  readonly calibrationSlope: Readonly<Record<string, number>>;
  readonly times: Numbers;
  readonly events: Numbers;
  readonly entries: Numbers;
  readonly concordance: ConcordanceFigures;
  readonly enteredConcordance: ConcordanceFigures;
  readonly before: readonly (number | null)[];
  readonly after: Numbers;
  readonly stability: { readonly psi: number; readonly noise: number; readonly bins: number };
}

const reference = readReference<Reference>('measures');
const labels = Uint8Array.from(reference.labels);
const exact = Float64Array.from(reference.exact);
const tied = Float64Array.from(reference.tied);
const weights = Float64Array.from(reference.weights);
const none = new Uint8Array(5);
const all = new Uint8Array(5).fill(1);
const some = Float64Array.of(0.1, 0.4, 0.4, 0.8, 0.9);

/** Both within 1e-10. */
function agree(ours: number | null | undefined, theirs: number | undefined): void {
  expect(Math.abs((ours ?? Number.NaN) - (theirs ?? Number.NaN))).toBeLessThan(1e-10);
}

describe('ranking, against scikit-learn', () => {
  it('area under the ROC curve, with ties and weights', () => {
    agree(measureRocAuc(exact, labels), reference.roc[0]);
    agree(measureRocAuc(tied, labels), reference.roc[1]);
    agree(measureRocAuc(buildRanking(tied), labels, weights), reference.weightedRoc);
  });

  it('average precision, with ties and weights', () => {
    agree(measurePrAuc(exact, labels), reference.pr[0]);
    agree(measurePrAuc(tied, labels), reference.pr[1]);
    agree(measurePrAuc(buildRanking(tied), labels, weights), reference.weightedPr);
  });

  it('the points of the ROC curve', () => {
    const curve = buildRocCurve(tied, labels) ?? [];
    const { falsePositives, truePositives, thresholds } = reference.rocCurve;
    expect(
      measureDifference(
        curve.map((point) => point.falsePositives),
        falsePositives,
      ),
    ).toBeLessThan(1e-12);
    expect(
      measureDifference(
        curve.map((point) => point.truePositives),
        truePositives,
      ),
    ).toBeLessThan(1e-12);
    expect(curve.slice(1).map((point) => point.threshold)).toEqual(thresholds);
    expect(curve[0]?.threshold).toBe(Number.POSITIVE_INFINITY);
  });

  it('is null where there is nothing to rank', () => {
    expect([measureRocAuc(some, none), measureRocAuc(some, all)]).toEqual([null, null]);
    expect([buildRocCurve(some, none), buildRocCurve(some, all)]).toEqual([null, null]);
    expect([measurePrAuc(some, none), measurePrAuc(some, all)]).toEqual([null, 1]);
    expect(measureTopShare(some, none, { share: 0.5 })).toBeNull();
    expect(measureRocAuc(new Float64Array(), new Uint8Array())).toBeNull();
  });

  it('does not change when scores are stretched without changing their order', () => {
    const rows = fc.array(fc.tuple(fc.integer({ min: -30, max: 30 }), fc.boolean()), { minLength: 2 });
    fc.assert(
      fc.property(rows, (pairs) => {
        const scores = Float64Array.from(pairs, ([score]) => score / 4);
        const outcomes = Uint8Array.from(pairs, ([, isPositive]) => Number(isPositive));
        const stretched = scores.map((score) => Math.exp(score) + 5);
        expect(measureRocAuc(stretched, outcomes)).toBe(measureRocAuc(scores, outcomes));
        expect(measurePrAuc(stretched, outcomes)).toBe(measurePrAuc(scores, outcomes));
        const turned = measureRocAuc(
          scores.map((score) => -score),
          outcomes,
        );
        if (turned !== null) expect(turned).toBeCloseTo(1 - (measureRocAuc(scores, outcomes) ?? 0), 12);
      }),
    );
  });
});

describe('the top share', () => {
  const scores = Float64Array.of(0.9, 0.8, 0.7, 0.6, 0.5, 0.4, 0.3, 0.2, 0.1, 0);
  const churned = Uint8Array.of(1, 0, 1, 0, 0, 0, 0, 0, 1, 0);
  const values = Float64Array.of(100, 50, 300, 50, 50, 50, 50, 50, 600, 50);

  it('says how many are found, and of what value', () => {
    expect(measureTopShare(scores, churned, { share: 0.3, values })).toEqual({
      rows: 3,
      threshold: 0.7,
      precision: 2 / 3,
      lift: expect.closeTo(2 / 3 / 0.3, 12),
      recall: 2 / 3,
      capturedValue: 0.4,
    });
    expect(measureTopShare(scores, churned, { share: 0.001 })).toMatchObject({ rows: 1, precision: 1 });
    expect(measureTopShare(scores, churned, { share: 1 })).toMatchObject({ rows: 10, lift: 1, recall: 1 });
  });

  it('takes a part of those tied at the border', () => {
    const flat = new Float64Array(10).fill(0.5);
    expect(measureTopShare(flat, churned, { share: 0.2, values })).toMatchObject({
      rows: 2,
      precision: expect.closeTo(0.3, 12),
      lift: expect.closeTo(1, 12),
      recall: expect.closeTo(0.2, 12),
      capturedValue: expect.closeTo(0.2, 12),
    });
  });
});

describe('probabilities, against scikit-learn and statsmodels', () => {
  it('Brier score and logarithmic loss, with weights and certainty', () => {
    agree(measureBrier(exact, labels), reference.brier);
    agree(measureBrier(exact, labels, weights), reference.weightedBrier);
    agree(measureLogLoss(exact, labels), reference.logLoss);
    const inside = tied.map((value) => Math.min(Math.max(value, 0.02), 0.98));
    agree(measureLogLoss(inside, labels, weights), reference.weightedLogLoss);
    agree(measureLogLoss(tied, labels), reference.certainLogLoss);
  });

  it('the curve of calibration and its intervals', () => {
    const curve = buildCalibrationCurve(exact, labels, 10);
    const numbers = curve.map(({ n, predicted, observed, interval }) => [
      n,
      predicted,
      observed,
      interval?.low ?? Number.NaN,
      interval?.high ?? Number.NaN,
    ]);
    expect(numbers).toHaveLength(10);
    expect(measureDifference(numbers.flat(), reference.calibrationCurve.flat())).toBeLessThan(1e-10);
  });

  it('a bin never parts rows of one probability', () => {
    const curve = buildCalibrationCurve(tied, labels, 4);
    expect(curve.reduce((rows, { n }) => rows + n, 0)).toBe(tied.length);
    const ends = [...new Set(tied)].length;
    expect(buildCalibrationCurve(tied, labels, tied.length)).toHaveLength(ends);
  });

  it('the slope of calibration, with standard errors', () => {
    const slope = measureCalibrationSlope(exact, labels);
    for (const [name, value] of Object.entries(reference.calibrationSlope))
      expect(Math.abs((slope?.[name as keyof typeof slope] ?? Number.NaN) - value)).toBeLessThan(1e-9);
  });

  it('is null, or an error, where there is nothing to measure', () => {
    expect([
      measureBrier(new Float64Array(), new Uint8Array()),
      measureLogLoss(some, none, new Float64Array(5)),
    ]).toEqual([null, null]);
    expect(buildCalibrationCurve(new Float64Array(), new Uint8Array(), 10)).toEqual([]);
    expect(measureCalibrationSlope(some, all)).toBeNull();
    expect(measureCalibrationSlope(new Float64Array(5).fill(0.3), Uint8Array.of(0, 1, 0, 1, 1))).toBeNull();
    expect(() => measureCalibrationSlope(some, Uint8Array.of(0, 0, 0, 1, 1))).toThrow(/cannot be fitted/);
  });
});

describe("Harrell's C, against every pair looked at", () => {
  const lifetimes = { times: Float64Array.from(reference.times), events: Uint8Array.from(reference.events) };

  it('counts ties in time and in risk', () => {
    expect(measureConcordance(lifetimes, tied)).toEqual({
      ...reference.concordance,
      index: expect.closeTo(reference.concordance.index, 12),
    });
  });

  it('compares only those who were there', () => {
    const entries = Float64Array.from(reference.entries);
    expect(measureConcordance({ ...lifetimes, entries }, tied)).toEqual({
      ...reference.enteredConcordance,
      index: expect.closeTo(reference.enteredConcordance.index, 12),
    });
  });

  it('is the area under the ROC curve when all events come first, and null without events', () => {
    const outcome = { times: Float64Array.from(labels, (label) => (label === 1 ? 1 : 2)), events: labels };
    agree(measureConcordance(outcome, tied)?.index, reference.roc[1]);
    expect(measureConcordance({ times: some, events: none }, some)).toBeNull();
  });
});

describe('the population stability index', () => {
  const before = Float64Array.from(reference.before, (value) => value ?? Number.NaN);

  it('agrees with the formula in numpy', () => {
    const psi = measurePsi(before, Float64Array.from(reference.after));
    agree(psi?.psi, reference.stability.psi);
    agree(psi?.noise, reference.stability.noise);
    expect(psi?.bins).toBe(reference.stability.bins);
  });

  it('passes its noise about as often as it says when nothing has changed', () => {
    const chance = buildSeededChance(5);
    const draw = (rows: number) =>
      Float64Array.from({ length: rows }, () => (chance.next() < 0.1 ? Number.NaN : chance.next()));
    const past = Array.from({ length: 200 }, () => measurePsi(draw(1500), draw(600), { level: 0.9 })).filter(
      (psi) => psi !== null && psi.psi > psi.noise,
    ).length;
    expect(past / 200).toBeGreaterThan(0.05);
    expect(past / 200).toBeLessThan(0.15);
  });

  it('knows few values, only missing ones, and none', () => {
    const same = measurePsi(Float64Array.of(3, 3, 3), Float64Array.of(3, 3));
    expect(same).toEqual({ psi: 0, noise: 0, bins: 1 });
    const flags = measurePsi(Float64Array.of(0, 0, 0, 0, 0, 0, 0, 0, 1, 1), Float64Array.of(1, 1, 1, 0));
    expect(flags?.bins).toBe(2);
    expect(measurePsi(Float64Array.of(Number.NaN), Float64Array.of(Number.NaN))).toMatchObject({
      psi: 0,
      bins: 1,
    });
    expect(measurePsi(Float64Array.of(1, 2), Float64Array.of(Number.NaN, 5))?.psi).toBeGreaterThan(0);
    expect(measurePsi(new Float64Array(), before)).toBeNull();
  });
});
