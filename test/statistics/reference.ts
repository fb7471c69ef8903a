import fs from 'node:fs';
import path from 'node:path';
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
