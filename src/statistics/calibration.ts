import { sigmoid, solveLogistic } from './logistic.ts';

/**
 * How margins (log-odds) become probabilities, in plain data. In p = σ(margin), σ is the logistic function.
 *
 * - `none`: p = σ(margin)
 * - `platt`: p = σ(slope × margin + intercept), slope 0 or more
 * - `isotonic`: p is piecewise linear in the margin between the knots (x strictly increasing, y never falling); outside
 *   them it is the y of the nearest
 */
export type Calibration =
  | { readonly kind: 'none' }
  | { readonly kind: 'platt'; readonly slope: number; readonly intercept: number }
  | { readonly kind: 'isotonic'; readonly x: readonly number[]; readonly y: readonly number[] };

/**
 * Platt's scaling. The labels are drawn a little towards the middle as Platt does, so that even margins which separate
 * the labels, and labels of one kind, give finite numbers. Platt, J. (1999), Probabilistic outputs for support vector
 * machines, Advances in Large Margin Classifiers, 61–74.
 *
 * @example
 * fitPlatt(margins, labels); // { kind: 'platt', slope: 0.8, intercept: -0.1 }
 */
export function fitPlatt(margins: Float64Array, labels: Uint8Array): Calibration {
  const positives = labels.reduce((sum, label) => sum + label, 0);
  const high = (positives + 1) / (positives + 2);
  const low = 1 / (labels.length - positives + 2);
  const targets = Float64Array.from(labels, (label) => (label === 1 ? high : low));
  const share = targets.reduce((sum, target) => sum + target, 0) / targets.length;
  const flat: Calibration = { kind: 'platt', slope: 0, intercept: Math.log(share / (1 - share)) };
  if (margins.every((margin) => margin === margins[0])) return flat;
  const design = new Float64Array(2 * margins.length);
  margins.forEach((margin, row) => {
    design[2 * row] = 1;
    design[2 * row + 1] = margin;
  });
  const { coefficients } = solveLogistic({ design, width: 2, targets });
  const [intercept, slope] = [coefficients[0] as number, coefficients[1] as number];
  // A calibration never turns the order of the customers round.
  return slope >= 0 ? { kind: 'platt', slope, intercept } : flat;
}

export interface IsotonicOptions {
  /** What each row counts, more than 0; 1 when left out. */
  readonly weights?: ArrayLike<number> | undefined;
  /** The y of the knots stay between `edge` and 1 − `edge`, so that log loss stays finite; 0 when left out. */
  readonly edge?: number | undefined;
}

/** Neighbouring margins with one mean label. */
interface Block {
  readonly first: number;
  readonly last: number;
  readonly weight: number;
  readonly mean: number;
}

/** One block for each different margin, in order. */
function listBlocks(
  margins: Float64Array,
  labels: Uint8Array,
  weights?: ArrayLike<number>,
): readonly Block[] {
  const order = Uint32Array.from(margins, (_, row) => row).sort(
    (a, b) => (margins[a] as number) - (margins[b] as number),
  );
  const blocks: Block[] = [];
  let [weight, sum] = [0, 0];
  order.forEach((row, place) => {
    const here = margins[row] as number;
    weight += weights?.[row] ?? 1;
    sum += (weights?.[row] ?? 1) * (labels[row] as number);
    if (place + 1 < order.length && margins[order[place + 1] as number] === here) return;
    blocks.push({ first: here, last: here, weight, mean: sum / weight });
    [weight, sum] = [0, 0];
  });
  return blocks;
}

/** Neighbours whose means fall are pooled until none do. */
function poolBlocks(blocks: readonly Block[]): readonly Block[] {
  const pooled: Block[] = [];
  for (const block of blocks) {
    let current = block;
    for (let before = pooled.at(-1); before !== undefined && before.mean >= current.mean; ) {
      pooled.pop();
      const weight = before.weight + current.weight;
      const mean = (before.weight * before.mean + current.weight * current.mean) / weight;
      current = { first: before.first, last: current.last, weight, mean };
      before = pooled.at(-1);
    }
    pooled.push(current);
  }
  return pooled;
}

/**
 * The never falling function of the margin nearest to the labels in squares, by pooling adjacent violators. Equals
 * scikit-learn's IsotonicRegression with out_of_bounds='clip'. Barlow, R. E. et al. (1972), Statistical Inference under
 * Order Restrictions, 13–15.
 *
 * @example
 * fitIsotonic(margins, labels, { edge: 0.001 }); // { kind: 'isotonic', x: [-3, -1, 2], y: [0.02, 0.02, 0.4] }
 */
export function fitIsotonic(
  margins: Float64Array,
  labels: Uint8Array,
  options: IsotonicOptions = {},
): Calibration {
  const edge = options.edge ?? 0;
  const [x, y]: [number[], number[]] = [[], []];
  for (const { first, last, mean } of poolBlocks(listBlocks(margins, labels, options.weights))) {
    for (const knot of first === last ? [first] : [first, last]) {
      x.push(knot);
      y.push(Math.min(Math.max(mean, edge), 1 - edge));
    }
  }
  return { kind: 'isotonic', x, y };
}

function interpolate(x: readonly number[], y: readonly number[], margin: number): number {
  let [low, high] = [0, x.length - 1];
  if (margin <= (x[low] as number)) return y[low] as number;
  if (margin >= (x[high] as number)) return y[high] as number;
  while (high - low > 1) {
    const middle = (low + high) >> 1;
    if ((x[middle] as number) <= margin) low = middle;
    else high = middle;
  }
  const [left, right] = [x[low] as number, x[high] as number];
  const [from, to] = [y[low] as number, y[high] as number];
  return from + ((to - from) * (margin - left)) / (right - left);
}

/**
 * The probability of each margin, 0 to 1.
 *
 * @example
 * applyCalibration({ kind: 'none' }, Float64Array.of(0)); // 0.5
 */
export function applyCalibration(calibration: Calibration, margins: Float64Array): Float64Array {
  if (calibration.kind === 'none') return margins.map(sigmoid);
  if (calibration.kind === 'isotonic')
    return margins.map((margin) => interpolate(calibration.x, calibration.y, margin));
  return margins.map((margin) => sigmoid(calibration.slope * margin + calibration.intercept));
}
