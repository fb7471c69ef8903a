import { expect, test } from 'vitest';
import { selectRows } from '../../src/statistics/index.ts';

test('rows are taken in the order asked for, with what is missing', () => {
  const frame = {
    names: ['a', 'b'],
    columns: [Float64Array.of(1, 2, 3), Float64Array.of(4, Number.NaN, 6)],
    rows: 3,
  };
  const selected = selectRows(frame, [2, 1, 2]);
  expect(selected.rows).toBe(3);
  expect(selected.columns.map((column) => [...column])).toEqual([
    [3, 2, 3],
    [6, Number.NaN, 6],
  ]);
});
