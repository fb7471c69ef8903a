import { describe, expect, it } from 'vitest';
import { buildCapacityTiers } from '../../src/scoring/capacity-tiers.ts';
import { chooseTier, predictProbabilities, type ScoringModel } from '../../src/scoring/scoring-model.ts';
import { MODELS } from './score-parity.ts';

const MODEL: ScoringModel = {
  ...(MODELS['a logistic regression'] as ScoringModel),
  inputs: [{ name: 'x', predictor: 'x', level: null }],
  linear: { intercept: 0, weights: [1], centers: [0], scales: [1], logged: [false] },
  tiers: { critical: 0.9, high: 0.8, medium: 0.3 },
};

function countTiers(values: readonly number[], capacity: { critical: number; high: number }, medium = 0.3) {
  const day = { names: ['x'], columns: [Float64Array.from(values)], rows: values.length };
  const model = { ...MODEL, tiers: { ...MODEL.tiers, medium } };
  const tiers = buildCapacityTiers(model, day, capacity);
  const counts = { critical: 0, high: 0, medium: 0, low: 0 };
  for (const probability of predictProbabilities(model, day)) counts[chooseTier(tiers, probability)] += 1;
  return counts;
}

describe('tiers of a capacity', () => {
  const values = Array.from({ length: 100 }, (_, place) => ((place * 37) % 100) / 25 - 2);

  it('hold so many of the customers with the highest probabilities, and those above a lift', () => {
    // σ(x) is 0.3 at x = -0.85: values from -0.84 on are 71.
    expect(countTiers(values, { critical: 5, high: 20 })).toEqual({
      critical: 5,
      high: 20,
      medium: 46,
      low: 29,
    });
  });

  it('are critical and high before they are medium', () => {
    expect(countTiers(values, { critical: 5, high: 20 }, 0.99)).toEqual({
      critical: 5,
      high: 20,
      medium: 0,
      low: 75,
    });
  });

  it('keep customers of one probability together, and within capacity', () => {
    const falling = [2, 1, 1, 1, 0, 0, -1];
    expect(countTiers(falling, { critical: 2, high: 2 }, 0.99)).toMatchObject({ critical: 1, high: 3 });
    expect(countTiers(falling, { critical: 2, high: 3 }, 0.99)).toMatchObject({ critical: 1, high: 3 });
    expect(countTiers([1, 1, 1], { critical: 1, high: 1 }, 0.99)).toMatchObject({ critical: 0, high: 0 });
  });

  it('take everyone where there are fewer, and nobody where there is nobody', () => {
    expect(countTiers([1, 0], { critical: 1, high: 5 })).toMatchObject({ critical: 1, high: 1 });
    expect(countTiers([], { critical: 1, high: 5 })).toEqual({ critical: 0, high: 0, medium: 0, low: 0 });
  });
});
