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

/** The value that the given share of the figures do not pass: 0.5 is the middle, 0.99 the slowest but one of a hundred. */
export function computePercentile(values: readonly number[], share: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))] ?? Number.NaN;
}

/** Prints a figure; one that misses its goal makes the run end with 1. */
export function report(name: string, value: string, isMissed = false): void {
  console.log(`${name.padEnd(62)}${value}${isMissed ? '   MISSED' : ''}`);
  if (isMissed) process.exitCode = 1;
}
