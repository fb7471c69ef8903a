import fs from 'node:fs';
import path from 'node:path';
import type { Frame } from '../../src/statistics/index.ts';

const folder = path.resolve(import.meta.dirname, '..', 'fixtures', 'statistics', 'trees');

/** A file of the reference figures that bench/reference makes. */
export function readTreeFixture(name: string): string {
  return fs.readFileSync(path.join(folder, name), 'utf8');
}

export function readTreeBytes(name: string): Uint8Array {
  return fs.readFileSync(path.join(folder, name));
}

/** Rows of numbers as columns; null is missing. */
export function buildFrame(names: readonly string[], rows: readonly (readonly (number | null)[])[]): Frame {
  const columns = names.map((_, place) => Float64Array.from(rows, (row) => row[place] ?? Number.NaN));
  return { names, columns, rows: rows.length };
}

/** The greatest difference of two lists, relative where the expected value is above 1. */
export function findLargestDifference(actual: ArrayLike<number>, expected: ArrayLike<number>): number {
  if (actual.length !== expected.length) return Number.POSITIVE_INFINITY;
  let largest = 0;
  for (let place = 0; place < actual.length; place += 1) {
    const wanted = expected[place] as number;
    const difference = Math.abs((actual[place] as number) - wanted) / Math.max(1, Math.abs(wanted));
    // Not a number is as far off as can be.
    if (!(difference <= largest)) largest = Number.isNaN(difference) ? Number.POSITIVE_INFINITY : difference;
  }
  return largest;
}
