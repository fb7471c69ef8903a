import { applyCalibration, type Frame } from '../statistics/index.ts';
import { predictModelMargins, type ScoringModel, type TierBounds } from './scoring-model.ts';

/** How many customers the team can look after in two tiers. */
export interface Capacity {
  readonly critical: number;
  readonly high: number;
}

/** Where tiers begin: at so many times the base rate, and, with a capacity, critical and high at so many customers. */
export interface TierRule extends TierBounds {
  readonly capacity?: Capacity | undefined;
}

/**
 * The probability from which at most `count` of some customers are, half way between the last of them and the next: the
 * engine's probabilities may be off in the last bit. Customers of one probability are on the same side.
 */
function findBound(falling: Float64Array, count: number): number {
  const beyond = falling[count];
  if (beyond === undefined) return (falling.at(-1) ?? 2) / 2;
  const last = falling.findLast((probability) => probability > beyond);
  return last === undefined ? 1 : (last + beyond) / 2;
}

/**
 * Tiers of a team's capacity: of the customers of a day, at most so many with the highest probabilities are critical, and at
 * most so many in both tiers. Where there are fewer customers, all are within capacity.
 *
 * @param day the customers of the first day that the model scores, encoded by its inputs
 */
export function buildCapacityTiers(
  model: ScoringModel,
  day: Frame,
  { critical, high }: Capacity,
): TierBounds {
  const falling = applyCalibration(model.calibration, predictModelMargins(model, day)).sort().reverse();
  const bounds = { critical: findBound(falling, critical), high: findBound(falling, critical + high) };
  return { ...bounds, medium: Math.min(model.tiers.medium, bounds.high) };
}
