/** One figure of a benchmark and what it may be at most. */
export interface Measurement {
  readonly name: string;
  readonly value: number;
  /** Null for a figure that is only reported. */
  readonly limit: number | null;
  readonly unit: 's' | '×' | 'MB';
}

/** The middle of an odd number of figures. */
export function computeMedian(values: readonly number[]): number {
  return [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN;
}

/** Wall-clock seconds of a piece of work. */
export async function measureSeconds(work: () => Promise<unknown>): Promise<number> {
  const start = performance.now();
  await work();
  return (performance.now() - start) / 1000;
}
