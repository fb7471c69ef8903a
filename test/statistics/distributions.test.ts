import { describe, expect, it } from 'vitest';
import {
  buildMeanDifference,
  buildTQuantile,
  buildWilsonInterval,
  chiSquareQuantile,
  chiSquareTail,
  normalQuantile,
  normalTail,
} from '../../src/statistics/index.ts';
import { readReference } from './reference.ts';

interface Distributions {
  readonly normalTail: readonly [z: number, tail: number][];
  readonly normalQuantile: readonly [share: number, z: number][];
  readonly chiSquareTail: readonly [x: number, degrees: number, tail: number][];
  readonly chiSquareQuantile: readonly [share: number, degrees: number, x: number][];
}

const reference = readReference<Distributions>('distributions');

/** How far apart two numbers are against their size. */
function relative(ours: number, theirs: number): number {
  return ours === theirs ? 0 : Math.abs(ours - theirs) / Math.max(Math.abs(theirs), 1e-300);
}

describe('distributions, against scipy', () => {
  it.each(reference.normalTail)('above %d lie %d of a normal variable', (z, tail) => {
    expect(relative(normalTail(z), tail)).toBeLessThan(1e-12);
  });

  it.each(reference.normalQuantile)('below the quantile of %d', (share, z) => {
    expect(Math.abs(normalQuantile(share) - z)).toBeLessThan(1e-12 * Math.max(1, Math.abs(z)));
  });

  it.each(reference.chiSquareTail)('above %d lies of chi-square with %d degrees', (x, degrees, tail) => {
    const ours = chiSquareTail(x, degrees);
    expect(Math.min(relative(ours, tail), Math.abs(ours - tail))).toBeLessThan(1e-13);
    if (tail < 0.1) expect(relative(ours, tail)).toBeLessThan(1e-11);
  });

  it.each(reference.chiSquareQuantile)(
    'chi-square stays below at %d with %d degrees',
    (share, degrees, x) => {
      expect(relative(chiSquareQuantile(share, degrees), x)).toBeLessThan(1e-11);
    },
  );

  it('know the ends', () => {
    expect([normalQuantile(0), normalQuantile(1)]).toEqual([-Infinity, Infinity]);
    expect([chiSquareQuantile(0, 3), chiSquareQuantile(1, 3)]).toEqual([0, Infinity]);
    expect([chiSquareTail(0, 3), chiSquareTail(Infinity, 3)]).toEqual([1, 0]);
  });
});

describe('intervals', () => {
  it('agree with the tables', () => {
    const tables = [
      [1, 12.7062],
      [2, 4.3027],
      [5, 2.5706],
      [10, 2.2281],
      [30, 2.0423],
      [120, 1.9799],
      [1e6, 1.96],
    ] as const;
    for (const [degrees, quantile] of tables) expect(buildTQuantile(degrees)).toBeCloseTo(quantile, 4);
    // Newcombe (1998), Statistics in Medicine 17, 857–872, table I.
    expect(buildWilsonInterval(81, 263)).toEqual({
      low: expect.closeTo(0.2553, 4),
      high: expect.closeTo(0.3662, 4),
    });
    expect(buildWilsonInterval(15, 148)).toEqual({
      low: expect.closeTo(0.0624, 4),
      high: expect.closeTo(0.1605, 4),
    });
    expect(buildWilsonInterval(0, 20)).toEqual({ low: 0, high: expect.closeTo(0.1611, 4) });
    expect(buildWilsonInterval(1, 29)).toEqual({
      low: expect.closeTo(0.0061, 4),
      high: expect.closeTo(0.1718, 4),
    });
    expect(buildWilsonInterval(0, 0)).toBeNull();
  });

  it('know when there is nothing to compare', () => {
    expect(buildMeanDifference([1], [1, 2])).toBeNull();
    expect(buildMeanDifference([7, 7], [9, 9])).toEqual({ difference: 2, low: 2, high: 2 });
  });
});
