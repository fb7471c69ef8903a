import type { Chance } from '../base/index.ts';
import type { Interval } from './wilson-interval.ts';

export interface BootstrapOptions {
  /** What each row belongs to: rows of one customer are drawn together. */
  readonly clusters: Int32Array | readonly string[];
  /** How many times clusters are drawn; 200 or more. */
  readonly replicates: number;
  readonly chance: Chance;
  /** The share of the replicates inside the interval, for example 0.95. */
  readonly level: number;
}

/** The clusters as numbers from 0. */
function numberClusters(clusters: Int32Array | readonly string[]): { places: Int32Array; count: number } {
  const numbers = new Map<number | string, number>();
  const places = new Int32Array(clusters.length);
  clusters.forEach((cluster: number | string, row: number) => {
    const known = numbers.get(cluster) ?? numbers.size;
    numbers.set(cluster, known);
    places[row] = known;
  });
  return { places, count: numbers.size };
}

/** The value with this share of sorted values below it, straight lines between them. */
function quantile(sorted: Float64Array, share: number): number {
  const place = share * (sorted.length - 1);
  const [low, high] = [Math.floor(place), Math.ceil(place)];
  const [from, to] = [sorted[low] as number, sorted[high] as number];
  return from + (to - from) * (place - low);
}

/**
 * The percentile interval of a statistic over clusters drawn with replacement. Efron, B. & Tibshirani, R. J. (1993), An
 * Introduction to the Bootstrap, chapter 13.
 *
 * @param statistic is given how often each row was drawn (the same array each time); null where there is no value, such
 * as an AUC of rows of one label, and then the replicate does not count
 * @returns null without clusters or when more than half of the replicates have no value
 * @example
 * const ranking = buildRanking(scores);
 * const options = { clusters: customers, replicates: 200, chance, level: 0.95 };
 * bootstrapInterval(options, (weights) => measureRocAuc(ranking, labels, weights)); // { low: 0.71, high: 0.80 }
 */
export function bootstrapInterval(
  options: BootstrapOptions,
  statistic: (weights: Float64Array) => number | null,
): Interval | null {
  const { places, count } = numberClusters(options.clusters);
  if (count === 0) return null;
  const drawn = new Float64Array(count);
  const weights = new Float64Array(places.length);
  const values: number[] = [];
  for (let replicate = 0; replicate < options.replicates; replicate += 1) {
    drawn.fill(0);
    for (let draw = 0; draw < count; draw += 1) {
      const cluster = Math.floor(options.chance.next() * count);
      drawn[cluster] = (drawn[cluster] as number) + 1;
    }
    for (let row = 0; row < weights.length; row += 1) weights[row] = drawn[places[row] as number] as number;
    const value = statistic(weights);
    if (value !== null) values.push(value);
  }
  if (values.length * 2 < options.replicates) return null;
  const sorted = Float64Array.from(values).sort();
  const outside = (1 - options.level) / 2;
  return { low: quantile(sorted, outside), high: quantile(sorted, 1 - outside) };
}
