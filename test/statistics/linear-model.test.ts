import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { explainLinear, fitLogistic, type LinearModel, predictLinear } from '../../src/statistics/index.ts';
import { buildFrame, measureDifference, readReference } from './reference.ts';

interface Coefficients {
  readonly intercept: number;
  readonly weights: readonly number[];
}

interface Reference {
  readonly columns: readonly (readonly number[])[];
  readonly labels: readonly number[];
  readonly weights: readonly number[];
  readonly unpenalized: Coefficients;
  readonly ridge: Coefficients;
  readonly weighted: Coefficients;
  readonly holes: readonly (readonly (number | null)[])[];
  readonly standardized: Coefficients & {
    readonly centers: readonly number[];
    readonly scales: readonly number[];
    readonly margins: readonly number[];
  };
}

const reference = readReference<Reference>('logistic');
const labels = Uint8Array.from(reference.labels);
const frame = buildFrame(reference.columns.slice(0, 3));
const plain = { isStandardized: false };

function compare(model: LinearModel, expected: Coefficients): number {
  return measureDifference([model.intercept, ...model.weights], [expected.intercept, ...expected.weights]);
}

describe('logistic regression', () => {
  it('without a penalty agrees with statsmodels', () => {
    const model = fitLogistic(frame, labels, { l2: 0, ...plain });
    expect(compare(model, reference.unpenalized)).toBeLessThan(1e-8);
  });

  it('with a ridge, and weights, agrees with scikit-learn', () => {
    expect(compare(fitLogistic(frame, labels, { l2: 0.7, ...plain }), reference.ridge)).toBeLessThan(1e-8);
    const weights = Float64Array.from(reference.weights);
    const weighted = fitLogistic(frame, labels, { l2: 3, weights, ...plain });
    expect(compare(weighted, reference.weighted)).toBeLessThan(1e-8);
  });

  it('puts columns on one scale, takes logarithms, and missing values add nothing', () => {
    const logged = [false, true, false];
    const model = fitLogistic(buildFrame(reference.holes.slice(0, 3)), labels, { l2: 2.5, logged });
    expect(compare(model, reference.standardized)).toBeLessThan(1e-8);
    expect(measureDifference(model.centers, reference.standardized.centers)).toBeLessThan(1e-12);
    expect(measureDifference(model.scales, reference.standardized.scales)).toBeLessThan(1e-12);
    expect(model.logged).toEqual(logged);
    const margins = predictLinear(model, buildFrame(reference.holes.slice(0, 3)));
    expect(measureDifference(margins, reference.standardized.margins)).toBeLessThan(1e-8);
  });

  it('survives being written as JSON', () => {
    const model = fitLogistic(frame, labels, { l2: 1 });
    const again = JSON.parse(JSON.stringify(model)) as LinearModel;
    expect(predictLinear(again, frame)).toEqual(predictLinear(model, frame));
  });

  it('gives a column that never varies, or is always missing, no weight', () => {
    const empty = reference.labels.map(() => null);
    const model = fitLogistic(buildFrame([...reference.holes, empty]), labels, { l2: 1 });
    expect([model.weights.slice(3), model.scales.slice(3)]).toEqual([
      [0, 0],
      [1, 1],
    ]);
    expect(model.centers[3]).toBeCloseTo(3.5, 12);
  });

  it('counts a row of weight 2 as two rows', () => {
    const rows = reference.labels.length;
    const twice = buildFrame(
      reference.columns.slice(0, 3).map((column) => [...column, ...column.slice(0, 50)]),
    );
    const weights = Float64Array.from({ length: rows }, (_, row) => (row < 50 ? 2 : 1));
    const doubled = fitLogistic(twice, Uint8Array.from([...labels, ...labels.slice(0, 50)]), { l2: 1 });
    expect(compare(fitLogistic(frame, labels, { l2: 1, weights }), doubled)).toBeLessThan(1e-10);
  });

  it('stays finite on labels a column separates, and says so without a ridge', () => {
    const separable = buildFrame([[1, 2, 3, 4, 5, 6]]);
    const sides = Uint8Array.of(0, 0, 0, 1, 1, 1);
    const model = fitLogistic(separable, sides, { l2: 0.01 });
    expect(model.weights[0]).toBeGreaterThan(1);
    expect(model.weights[0]).toBeLessThan(20);
    expect(() => fitLogistic(separable, sides, { l2: 0 })).toThrow(/cannot be fitted/);
  });

  it('refuses what has no answer', () => {
    const same = { code: 'FIT_IMPOSSIBLE', message: expect.stringContaining('the same label') };
    expect(() => fitLogistic(frame, new Uint8Array(frame.rows), { l2: 1 })).toThrow(
      expect.objectContaining(same),
    );
    const weights = Float64Array.from(labels);
    expect(() => fitLogistic(frame, labels, { l2: 1, weights })).toThrow(expect.objectContaining(same));
    const [column = []] = reference.columns;
    const dependent = buildFrame([column, column.map((value) => 2 * value)]);
    expect(() => fitLogistic(dependent, labels, { l2: 0 })).toThrow(/cannot be fitted/);
    expect(fitLogistic(dependent, labels, { l2: 1 }).weights).toHaveLength(2);
  });
});

describe('weights with signs', () => {
  const noise = fc.double({ min: -1, max: 1, noNaN: true });
  const rows = fc.array(fc.tuple(noise, noise, noise, noise, fc.boolean()), { minLength: 30, maxLength: 60 });
  const directions = fc.array(fc.constantFrom(-1, 0, 1), { minLength: 4, maxLength: 4 });

  /** The loss that is minimised, of columns as they are: ridge 1 on every weight. */
  function measureLoss(
    columns: readonly number[][],
    sides: Uint8Array,
    [intercept = 0, ...weights]: number[],
  ) {
    const ofRows = sides.reduce((sum, side, row) => {
      const margin = columns.reduce(
        (total, column, place) => total + (column[row] as number) * (weights[place] as number),
        intercept,
      );
      return sum + Math.log1p(Math.exp(side === 1 ? -margin : margin));
    }, 0);
    return ofRows + weights.reduce((sum, weight) => sum + weight ** 2 / 2, 0);
  }

  it('have them, and no change of one that keeps its sign lowers the loss: the least there is of a convex one', () => {
    fc.assert(
      fc.property(rows, directions, (drawn, signs) => {
        const sides = Uint8Array.from(drawn, ([a, , , , flip]) => Number(a > 0.1) ^ Number(flip && a > 0.6));
        fc.pre(sides.includes(0) && sides.includes(1));
        // Columns that have much in common: without the signs some weights would have others.
        const columns = [
          drawn.map(([a]) => a),
          drawn.map(([a, b]) => a + 0.3 * b),
          drawn.map(([a, , c]) => a - 0.3 * c),
          drawn.map(([, , , d]) => d),
        ];
        const model = fitLogistic(buildFrame(columns), sides, {
          l2: 1,
          directions: signs,
          isStandardized: false,
        });
        const fitted = [model.intercept, ...model.weights];
        const least = measureLoss(columns, sides, fitted);
        for (const [place, sign] of [0, ...signs].entries()) {
          const weight = fitted[place] as number;
          expect(sign * weight).toBeGreaterThanOrEqual(0);
          for (const step of [-1e-3, 1e-3]) {
            if (place > 0 && sign * (weight + step) < 0) continue;
            const moved = fitted.with(place, weight + step);
            expect(measureLoss(columns, sides, moved)).toBeGreaterThanOrEqual(least - 1e-9);
          }
        }
      }),
      { numRuns: 200 },
    );
  });
});

describe('contributions', () => {
  it('add up to the margin, row by row', () => {
    const column = fc.array(fc.option(fc.double({ min: 0, max: 1e4, noNaN: true })), {
      minLength: 12,
      maxLength: 12,
    });
    fc.assert(
      fc.property(fc.tuple(column, column, column), (columns) => {
        const some = buildFrame(columns);
        const model = fitLogistic(
          some,
          Uint8Array.from({ length: 12 }, (_, row) => row % 2),
          {
            l2: 1,
            logged: [false, true, false],
          },
        );
        const margins = predictLinear(model, some);
        const contributions = explainLinear(model, some);
        margins.forEach((margin, row) => {
          const parts = contributions.slice(3 * row, 3 * row + 3);
          expect(parts.reduce((sum, part) => sum + part, model.intercept)).toBeCloseTo(margin, 12);
          columns.forEach((values, index) => {
            if (values[row] === null) expect(parts[index]).toBe(0);
          });
        });
      }),
    );
  });
});
