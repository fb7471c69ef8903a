import type { Frame } from './frame.ts';
import type { Lifetimes } from './lifetimes.ts';
import type { Objective } from './newton.ts';

/** Lifetimes with their columns, from the latest time to the earliest. */
export interface CoxData {
  readonly rows: number;
  readonly width: number;
  /** Row by row. */
  readonly design: Float64Array;
  readonly times: Float64Array;
  readonly events: Uint8Array;
  readonly entries: Float64Array | undefined;
  /** The rows from the latest entry to the earliest; empty when nobody came late. */
  readonly byEntry: Uint32Array;
}

function orderDown(values: Float64Array): Uint32Array {
  return Uint32Array.from(values, (_, row) => row).sort(
    (a, b) => (values[b] as number) - (values[a] as number),
  );
}

/** Sorts lifetimes, and their columns less `centers` over `scales`. */
export function buildCoxData(
  frame: Frame,
  lifetimes: Lifetimes,
  { centers, scales }: { readonly centers: readonly number[]; readonly scales: readonly number[] },
): CoxData {
  const order = orderDown(lifetimes.times);
  const width = frame.columns.length;
  const design = new Float64Array(order.length * width);
  frame.columns.forEach((column, index) => {
    const [center, scale] = [centers[index] as number, scales[index] as number];
    order.forEach((row, place) => {
      design[place * width + index] = ((column[row] as number) - center) / scale;
    });
  });
  const pick = (values: Float64Array) => Float64Array.from(order, (row) => values[row] as number);
  const entries = lifetimes.entries === undefined ? undefined : pick(lifetimes.entries);
  return {
    rows: order.length,
    width,
    design,
    times: pick(lifetimes.times),
    events: Uint8Array.from(order, (row) => lifetimes.events[row] as number),
    entries,
    byEntry: entries === undefined ? new Uint32Array() : orderDown(entries),
  };
}

/** Sums of the relative hazards e^η of a set of lifetimes, of those times each column, and of those times two columns. */
export interface HazardSums {
  total: number;
  readonly first: Float64Array;
  /** Row by row, the lower half; empty when not asked for. */
  readonly second: Float64Array;
}

/** One time at which the event happened, as the sums stand then. */
export interface EventTime {
  /** The rows of this time: from `start` up to `end`. */
  readonly start: number;
  readonly end: number;
  readonly events: number;
  readonly atRisk: HazardSums;
  /** Of those with the event at this time. */
  readonly happened: HazardSums;
}

function openSums(width: number, depth: number): HazardSums {
  const first = new Float64Array(depth > 0 ? width : 0);
  return { total: 0, first, second: new Float64Array(depth > 1 ? width * width : 0) };
}

function clearSums(sums: HazardSums): void {
  sums.total = 0;
  sums.first.fill(0);
  sums.second.fill(0);
}

function addRow(sums: HazardSums, data: CoxData, { row, hazard }: { row: number; hazard: number }): void {
  const { design, width } = data;
  const { first, second } = sums;
  sums.total += hazard;
  if (first.length === 0) return;
  const start = row * width;
  for (let column = 0; column < width; column += 1) {
    const value = hazard * (design[start + column] as number);
    first[column] = (first[column] as number) + value;
    if (second.length === 0) continue;
    const line = column * width;
    for (let other = 0; other <= column; other += 1)
      second[line + other] = (second[line + other] as number) + value * (design[start + other] as number);
  }
}

/** η of each row. */
export function computePredictors(data: CoxData, coefficients: Float64Array): Float64Array {
  const { design, width } = data;
  const predictors = new Float64Array(data.rows);
  for (let row = 0; row < data.rows; row += 1) {
    let sum = 0;
    for (let column = 0; column < width; column += 1)
      sum += (design[row * width + column] as number) * (coefficients[column] as number);
    predictors[row] = sum;
  }
  return predictors;
}

/**
 * Goes from the latest time to the earliest, each row coming under observation at its end and leaving at its entry.
 *
 * @param options `depth` 0: totals only; 1: with columns; 2: with pairs of columns
 */
export function walkEventTimes(
  data: CoxData,
  options: { readonly hazards: Float64Array; readonly depth: 0 | 1 | 2 },
  visit: (time: EventTime) => void,
): void {
  const { times, events, entries, byEntry } = data;
  const [atRisk, happened] = [openSums(data.width, options.depth), openSums(data.width, options.depth)];
  const hazard = (row: number) => options.hazards[row] as number;
  let [left, end] = [0, 0];
  for (let start = 0; start < data.rows; start = end) {
    const time = times[start] as number;
    let count = 0;
    clearSums(happened);
    for (end = start; end < data.rows && times[end] === time; end += 1) {
      addRow(atRisk, data, { row: end, hazard: hazard(end) });
      if (events[end] !== 1) continue;
      count += 1;
      addRow(happened, data, { row: end, hazard: hazard(end) });
    }
    for (; left < byEntry.length; left += 1) {
      const row = byEntry[left] as number;
      if ((entries?.[row] as number) < time) break;
      addRow(atRisk, data, { row, hazard: -hazard(row) });
    }
    if (count > 0) visit({ start, end, events: count, atRisk, happened });
  }
}

/** e^η, all divided by the greatest so that none is infinite: ratios are all that counts. */
export function computeHazards(predictors: Float64Array): { hazards: Float64Array; shift: number } {
  const shift = predictors.reduce((most, value) => Math.max(most, value), Number.NEGATIVE_INFINITY);
  return { hazards: predictors.map((value) => Math.exp(value - shift)), shift };
}

function measureLoss(data: CoxData, coefficients: Float64Array): number {
  const predictors = computePredictors(data, coefficients);
  const { hazards, shift } = computeHazards(predictors);
  let loss = 0;
  walkEventTimes(data, { hazards, depth: 0 }, ({ start, end, events, atRisk, happened }) => {
    for (let row = start; row < end; row += 1)
      if (data.events[row] === 1) loss += shift - (predictors[row] as number);
    for (let tie = 0; tie < events; tie += 1)
      loss += Math.log(atRisk.total - (tie / events) * happened.total);
  });
  return loss;
}

/** Sums over the ties of one time of φ⁻¹ and φ⁻², each times 1, the share already gone, and its square. */
export function sumTies({
  events,
  atRisk,
  happened,
}: EventTime): Readonly<Record<'a' | 'b' | 'aa' | 'ab' | 'bb', number>> {
  let [a, b, aa, ab, bb] = [0, 0, 0, 0, 0];
  for (let tie = 0; tie < events; tie += 1) {
    const gone = tie / events;
    const inverse = 1 / (atRisk.total - gone * happened.total);
    a += inverse;
    b += gone * inverse;
    aa += inverse * inverse;
    ab += gone * inverse * inverse;
    bb += gone * gone * inverse * inverse;
  }
  return { a, b, aa, ab, bb };
}

function deriveLoss(data: CoxData, coefficients: Float64Array) {
  const { width, design } = data;
  const { hazards } = computeHazards(computePredictors(data, coefficients));
  const gradient = new Float64Array(width);
  const hessian = new Float64Array(width * width);
  walkEventTimes(data, { hazards, depth: 2 }, (time) => {
    const { a, b, aa, ab, bb } = sumTies(time);
    const [risk, gone] = [time.atRisk, time.happened];
    for (let row = time.start; row < time.end; row += 1) {
      if (data.events[row] !== 1) continue;
      for (let column = 0; column < width; column += 1)
        gradient[column] = (gradient[column] as number) - (design[row * width + column] as number);
    }
    for (let one = 0; one < width; one += 1) {
      const [r, g] = [risk.first[one] as number, gone.first[one] as number];
      gradient[one] = (gradient[one] as number) + a * r - b * g;
      for (let other = 0; other <= one; other += 1) {
        const [s, h] = [risk.first[other] as number, gone.first[other] as number];
        const cell = one * width + other;
        const curve = a * (risk.second[cell] as number) - b * (gone.second[cell] as number);
        hessian[cell] = (hessian[cell] as number) + curve - aa * r * s + ab * (r * h + g * s) - bb * g * h;
      }
    }
  });
  return { gradient, hessian };
}

/** The negative partial likelihood, in logarithms, with Efron's treatment of ties. */
export function buildCoxObjective(data: CoxData): Objective {
  return {
    size: data.width,
    canDiverge: true,
    measure: (coefficients) => measureLoss(data, coefficients),
    derive: (coefficients) => deriveLoss(data, coefficients),
  };
}
