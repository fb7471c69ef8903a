import { describe, expect, it } from 'vitest';
import { buildSeededChance } from '../../src/base/index.ts';
import { bootstrapInterval, buildRanking, measureRocAuc } from '../../src/statistics/index.ts';

const chance = buildSeededChance(3);
/** About normal: mean 6, variance 1. */
const values = Float64Array.from({ length: 400 }, () =>
  Array.from({ length: 12 }, () => chance.next()).reduce((sum, value) => sum + value, 0),
);

function weightedMean(numbers: ArrayLike<number>, weights: Float64Array): number {
  return weights.reduce((sum, weight, row) => sum + weight * (numbers[row] ?? 0), 0) / numbers.length;
}

describe('the bootstrap', () => {
  const options = { replicates: 2000, level: 0.95 };
  const clusters = Int32Array.from(values, (_, row) => row + 7);

  it('of a mean is what theory says', () => {
    const interval = bootstrapInterval({ ...options, clusters, chance: buildSeededChance(9) }, (weights) =>
      weightedMean(values, weights),
    );
    const mean = values.reduce((sum, value) => sum + value, 0) / 400;
    const error = Math.sqrt(values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / 400 / 400);
    expect(interval?.low).toBeCloseTo(mean - 1.96 * error, 2);
    expect(interval?.high).toBeCloseTo(mean + 1.96 * error, 2);
    expect(((interval?.high ?? 0) - (interval?.low ?? 0)) / (2 * 1.96 * error)).toBeCloseTo(1, 1);
  });

  it('draws the rows of a customer together: seen twice, they say nothing more', () => {
    const names = [...clusters, ...clusters].map(String);
    const twice = [...values, ...values];
    const measure = (numbers: ArrayLike<number>, of: Int32Array | readonly string[]) =>
      bootstrapInterval(
        { ...options, replicates: 300, clusters: of, chance: buildSeededChance(4) },
        (weights) => weightedMean(numbers, weights),
      );
    const [once, doubled] = [measure(values, clusters), measure(twice, names)];
    expect(doubled?.low).toBeCloseTo(once?.low ?? 0, 12);
    expect(doubled?.high).toBeCloseTo(once?.high ?? 0, 12);
  });

  it('passes over draws without a value, and is null when they are most', () => {
    const labels = Uint8Array.of(1, 0, 0);
    const ranking = buildRanking(Float64Array.of(0.9, 0.5, 0.1));
    const few = { ...options, clusters: ['a', 'b', 'c'], chance: buildSeededChance(2) };
    // A positive is drawn in 19 of 27 cases, and then not alone in 18.
    expect(bootstrapInterval(few, (weights) => measureRocAuc(ranking, labels, weights))).toEqual({
      low: 1,
      high: 1,
    });
    expect(bootstrapInterval(few, () => null)).toBeNull();
    expect(bootstrapInterval({ ...few, clusters: [] }, () => 1)).toBeNull();
  });
});
