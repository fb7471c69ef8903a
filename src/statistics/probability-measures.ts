import { solveLogistic } from './logistic.ts';
import { buildWilsonInterval, type Interval } from './wilson-interval.ts';

function average(
  {
    probabilities,
    labels,
    weights,
  }: { probabilities: Float64Array; labels: Uint8Array; weights: Float64Array | undefined },
  cost: (probability: number, label: number) => number,
): number | null {
  let [sum, total] = [0, 0];
  for (let row = 0; row < labels.length; row += 1) {
    const weight = weights === undefined ? 1 : (weights[row] as number);
    sum += weight * cost(probabilities[row] as number, labels[row] as number);
    total += weight;
  }
  return total > 0 ? sum / total : null;
}

/**
 * The Brier score: the mean square of probability less label, 0 (right) to 1. Brier, G. W. (1950), Verification of
 * forecasts expressed in terms of probability, Monthly Weather Review 78, 1–3.
 *
 * @returns null without rows
 * @example
 * measureBrier(Float64Array.of(0.8, 0.3), Uint8Array.of(1, 0)); // (0.04 + 0.09) / 2
 */
export function measureBrier(
  probabilities: Float64Array,
  labels: Uint8Array,
  weights?: Float64Array,
): number | null {
  return average({ probabilities, labels, weights }, (probability, label) => (probability - label) ** 2);
}

/** A certain probability counts as this close to certain, as in scikit-learn: else one mistake would be infinite. */
const CERTAIN = Number.EPSILON;

/**
 * Logarithmic loss: the mean of −ln of the probability given to what happened, in natural units.
 *
 * @returns null without rows
 * @example
 * measureLogLoss(Float64Array.of(0.5), Uint8Array.of(1)); // 0.693
 */
export function measureLogLoss(
  probabilities: Float64Array,
  labels: Uint8Array,
  weights?: Float64Array,
): number | null {
  return average({ probabilities, labels, weights }, (probability, label) => {
    const inside = Math.min(Math.max(probability, CERTAIN), 1 - CERTAIN);
    return label === 1 ? -Math.log(inside) : -Math.log1p(-inside);
  });
}

/** Rows of neighbouring probabilities: what was said and what happened. */
export interface CalibrationBin {
  readonly n: number;
  /** Mean probability. */
  readonly predicted: number;
  /** Share of positive rows, with its 95 % interval. */
  readonly observed: number;
  readonly interval: Interval | null;
}

/**
 * Predicted against observed in bins of as near as can be equally many rows, from low to high. Rows of the same
 * probability are never parted, so that there may be fewer bins.
 *
 * @example
 * buildCalibrationCurve(probabilities, labels, 10)[0]; // { n: 50, predicted: 0.02, observed: 0.04, interval: … }
 */
export function buildCalibrationCurve(
  probabilities: Float64Array,
  labels: Uint8Array,
  bins: number,
): readonly CalibrationBin[] {
  const order = Uint32Array.from(probabilities, (_, row) => row).sort(
    (a, b) => (probabilities[a] as number) - (probabilities[b] as number),
  );
  const curve: CalibrationBin[] = [];
  let [n, sum, positives] = [0, 0, 0];
  order.forEach((row, place) => {
    n += 1;
    sum += probabilities[row] as number;
    positives += labels[row] as number;
    const next = order[place + 1];
    const isFull = (place + 1) * bins >= (curve.length + 1) * order.length;
    if (next !== undefined && (!isFull || probabilities[next] === probabilities[row])) return;
    const interval = buildWilsonInterval(positives, n);
    curve.push({ n, predicted: sum / n, observed: positives / n, interval });
    [n, sum, positives] = [0, 0, 0];
  });
  return curve;
}

/** How log-odds should have been stretched and moved: slope 1 and intercept 0 are right. */
export interface CalibrationSlope {
  /** Below 1: the probabilities are too extreme. */
  readonly slope: number;
  readonly slopeError: number;
  readonly intercept: number;
  readonly interceptError: number;
}

/**
 * The logistic regression of the label on the log-odds, with standard errors. Cox, D. R. (1958), Two further
 * applications of a model for binary regression, Biometrika 45, 562–565.
 *
 * @param probabilities more than 0 and less than 1
 * @returns null when the labels or the probabilities are all the same
 * @throws FIT_IMPOSSIBLE when the probabilities separate the labels
 * @example
 * measureCalibrationSlope(probabilities, labels); // { slope: 0.93, slopeError: 0.08, … }
 */
export function measureCalibrationSlope(
  probabilities: Float64Array,
  labels: Uint8Array,
): CalibrationSlope | null {
  const isConstant = (values: ArrayLike<number>) => Array.from(values).every((value) => value === values[0]);
  if (isConstant(labels) || isConstant(probabilities)) return null;
  const design = new Float64Array(2 * labels.length);
  probabilities.forEach((probability, row) => {
    design[2 * row] = 1;
    design[2 * row + 1] = Math.log(probability / (1 - probability));
  });
  const { coefficients, covariance } = solveLogistic({ design, width: 2, targets: labels });
  return {
    slope: coefficients[1] as number,
    slopeError: Math.sqrt(covariance[3] as number),
    intercept: coefficients[0] as number,
    interceptError: Math.sqrt(covariance[0] as number),
  };
}
