import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  applyCalibration,
  type Calibration,
  fitIsotonic,
  fitPlatt,
  sigmoid,
} from '../../src/statistics/index.ts';
import { measureDifference, readReference } from './reference.ts';

interface Isotonic {
  readonly x: readonly number[];
  readonly y: readonly number[];
  readonly at: readonly number[];
}

interface Reference {
  readonly margins: readonly number[];
  readonly labels: readonly number[];
  readonly weights: readonly number[];
  readonly at: readonly number[];
  readonly isotonic: Isotonic;
  readonly weighted: Isotonic;
  readonly platt: { readonly slope: number; readonly intercept: number };
}

const reference = readReference<Reference>('calibration');
const margins = Float64Array.from(reference.margins);
const labels = Uint8Array.from(reference.labels);
const at = Float64Array.from(reference.at);

describe('isotonic calibration', () => {
  it.each(['isotonic', 'weighted'] as const)('agrees with scikit-learn: %s', (kind) => {
    const expected = reference[kind];
    const weights = kind === 'weighted' ? reference.weights : undefined;
    const calibration = fitIsotonic(margins, labels, { weights });
    if (calibration.kind !== 'isotonic') throw new Error('another kind');
    expect(measureDifference(calibration.x, expected.x)).toBe(0);
    expect(measureDifference(calibration.y, expected.y)).toBeLessThan(1e-12);
    expect(measureDifference(applyCalibration(calibration, at), expected.at)).toBeLessThan(1e-12);
  });

  const rows = fc.array(fc.tuple(fc.integer({ min: -20, max: 20 }), fc.boolean()), {
    minLength: 1,
    maxLength: 60,
  });

  it('never falls, keeps the mean, and stays inside the edges asked for', () => {
    fc.assert(
      fc.property(rows, (pairs) => {
        const places = Float64Array.from(pairs, ([place]) => place / 3);
        const outcomes = Uint8Array.from(pairs, ([, isPositive]) => Number(isPositive));
        const values = applyCalibration(fitIsotonic(places, outcomes), places);
        const sum = outcomes.reduce((total, outcome) => total + outcome, 0);
        expect(values.reduce((total, value) => total + value, 0)).toBeCloseTo(sum, 9);
        const line = Float64Array.from({ length: 200 }, (_, step) => (step - 100) / 10);
        const inside = applyCalibration(fitIsotonic(places, outcomes, { edge: 0.01 }), line);
        expect(Math.min(...inside)).toBeGreaterThanOrEqual(0.01);
        expect(Math.max(...inside)).toBeLessThanOrEqual(0.99);
        const falls = inside.subarray(1).map((value, step) => (inside[step] as number) - value);
        expect(Math.max(...falls)).toBeLessThan(1e-15);
      }),
    );
  });

  it('of one margin is one number', () => {
    const calibration = fitIsotonic(Float64Array.of(2, 2, 2, 2), Uint8Array.of(1, 0, 0, 0));
    expect([...applyCalibration(calibration, Float64Array.of(-9, 2, 9))]).toEqual([0.25, 0.25, 0.25]);
  });
});

describe('Platt scaling', () => {
  it('agrees with statsmodels on the same targets', () => {
    const calibration = fitPlatt(margins, labels);
    if (calibration.kind !== 'platt') throw new Error('another kind');
    expect(Math.abs(calibration.slope - reference.platt.slope)).toBeLessThan(1e-8);
    expect(Math.abs(calibration.intercept - reference.platt.intercept)).toBeLessThan(1e-8);
    const [p] = applyCalibration(calibration, Float64Array.of(0.3));
    expect(p).toBeCloseTo(1 / (1 + Math.exp(-(0.3 * calibration.slope + calibration.intercept))), 14);
  });

  it('never turns the order round', () => {
    const turned = labels.map((label) => 1 - label);
    expect(fitPlatt(margins, turned)).toMatchObject({ kind: 'platt', slope: 0 });
    const share = turned.reduce((sum, label) => sum + label, 0) / turned.length;
    expect(applyCalibration(fitPlatt(margins, turned), at)[0]).toBeCloseTo(share, 2);
  });

  it('is finite where labels are separated, all the same, or the margins are', () => {
    const line = Float64Array.of(-2, -1, 1, 2);
    const cases: readonly Calibration[] = [
      fitPlatt(line, Uint8Array.of(0, 0, 1, 1)),
      fitPlatt(line, Uint8Array.of(1, 1, 1, 1)),
      fitPlatt(Float64Array.of(3, 3, 3), Uint8Array.of(0, 0, 1)),
    ];
    for (const calibration of cases)
      for (const value of applyCalibration(calibration, line)) {
        expect(value).toBeGreaterThan(0);
        expect(value).toBeLessThan(1);
      }
  });
});

it('no calibration is the logistic function, also far out', () => {
  const values = applyCalibration({ kind: 'none' }, Float64Array.of(-800, 0, 0.3, 800));
  expect([...values]).toEqual([0, 0.5, sigmoid(0.3), 1]);
  expect(sigmoid(0.3)).toBeCloseTo(1 / (1 + Math.exp(-0.3)), 15);
});
