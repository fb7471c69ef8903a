import { describe, expect, it } from 'vitest';
import { buildGroupSplit, buildTimeSplit, foldOf, hashKey } from '../../src/scoring/training-split.ts';
import { listVintages } from '../../src/scoring/vintages.ts';

const groupsOf = (rows: number): Int32Array =>
  Int32Array.from({ length: rows }, (_, row) => hashKey(`customer ${row}`));

describe('the split by time', () => {
  const days = Int32Array.from({ length: 400 }, (_, row) => row);
  const last = 390;
  const { all, train, test } = buildTimeSplit({ days, groups: groupsOf(400) }, last);

  it('tests on the last 60 days up to the last snapshot with a known outcome', () => {
    expect([test[0], test.at(-1), test.length]).toEqual([last - 59, last, 60]);
  });

  it('trains on snapshots whose 90 days end before the test begins', () => {
    expect(train.at(-1)).toBe(last - 150);
    expect((train.at(-1) ?? 0) + 90).toBeLessThan(test[0] ?? 0);
  });

  it('leaves later snapshots out', () => {
    expect(all.at(-1)).toBe(last);
  });
});

it('rows of one group are all tested or all trained on, in whatever table the group is', () => {
  const keys = {
    days: new Int32Array(600),
    groups: Int32Array.from(groupsOf(600), (_, row) => hashKey(`c${row % 200}`)),
  };
  const { train, test } = buildGroupSplit(keys);
  const tested = new Set(Array.from(test, (row) => keys.groups[row]));
  expect(Array.from(train).some((row) => tested.has(keys.groups[row]))).toBe(false);
  expect(train.length + test.length).toBe(600);
  expect(test.length).toBeGreaterThan(60);
});

it('folds take about as many groups each', () => {
  const counts = [0, 0, 0];
  for (const group of groupsOf(3000)) counts[foldOf(group, 3)] = (counts[foldOf(group, 3)] ?? 0) + 1;
  for (const count of counts) expect(Math.abs(count - 1000)).toBeLessThan(100);
});

describe('vintages', () => {
  const snapshots = ['2025-08-31', '2025-09-30', '2025-10-31', '2025-11-30', '2025-12-31'];

  it('begin when the 90 days of their last snapshot are over, and end when the next begins', () => {
    expect(listVintages(snapshots, { from: '2026-01-01', asOf: '2026-03-14' })).toEqual([
      { trainedTo: '2025-09-30', usableFrom: '2025-12-29', usableTo: '2026-01-28' },
      { trainedTo: '2025-10-31', usableFrom: '2026-01-29', usableTo: '2026-02-27' },
      { trainedTo: '2025-11-30', usableFrom: '2026-02-28', usableTo: null },
    ]);
  });

  it('are the same on a later day, but for a newer one', () => {
    const earlier = listVintages(snapshots, { from: '2026-01-01', asOf: '2026-03-14' });
    const later = listVintages(snapshots, { from: '2026-01-01', asOf: '2026-03-31' });
    expect(later.slice(0, 2)).toEqual(earlier.slice(0, 2));
    expect(later[2]).toEqual({ ...earlier[2], usableTo: '2026-03-30' });
    expect(later[3]?.usableFrom).toBe('2026-03-31');
  });

  it('are none before the first 90 days are over', () => {
    expect(listVintages(snapshots, { from: '2025-08-01', asOf: '2025-11-28' })).toEqual([]);
  });
});
