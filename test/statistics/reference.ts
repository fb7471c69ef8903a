import fs from 'node:fs';
import path from 'node:path';
import type { Chance } from '../../src/base/index.ts';
import type { Frame } from '../../src/statistics/index.ts';

const FOLDER = path.join(import.meta.dirname, '..', 'fixtures', 'statistics');

/** Figures of another program, from bench/reference. */
export function readReference<Content>(name: string): Content {
  return JSON.parse(fs.readFileSync(path.join(FOLDER, `${name}.json`), 'utf8')) as Content;
}

/** Columns a, b, c … where null is missing. */
export function buildFrame(columns: readonly (readonly (number | null)[])[]): Frame {
  return {
    names: columns.map((_, index) => String.fromCharCode(97 + index)),
    columns: columns.map((column) => Float64Array.from(column, (value) => value ?? Number.NaN)),
    rows: columns[0]?.length ?? 0,
  };
}

/** The greatest difference of two lists of the same length. */
export function measureDifference(ours: ArrayLike<number>, theirs: ArrayLike<number>): number {
  if (ours.length !== theirs.length) return Number.POSITIVE_INFINITY;
  const differences = Array.from(ours, (value, index) => Math.abs(value - (theirs[index] ?? Number.NaN)));
  return differences.reduce((most, value) => Math.max(most, value), 0);
}

/** Chance that is the same in each run (xorshift; Marsaglia 2003, Journal of Statistical Software 8). */
export function buildSeededChance(seed: number): Chance {
  let state = seed | 0 || 1;
  return {
    next() {
      state ^= state << 13;
      state ^= state >>> 17;
      state ^= state << 5;
      return (state >>> 0) / 2 ** 32;
    },
  };
}
