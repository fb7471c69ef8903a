/** Named columns of numbers, all of `rows` values; NaN is a missing value. */
export interface Frame {
  readonly names: readonly string[];
  readonly columns: readonly Float64Array[];
  readonly rows: number;
}

/**
 * The rows of a frame at `places`, in that order.
 *
 * @example
 * selectRows({ names: ['x'], columns: [Float64Array.of(5, 6, 7)], rows: 3 }, [2, 0]); // x: 7, 5
 */
export function selectRows(frame: Frame, places: ArrayLike<number>): Frame {
  const columns = frame.columns.map((column) => {
    // A loop, not a callback for each value: training takes rows hundreds of times.
    const values = new Float64Array(places.length);
    for (let row = 0; row < values.length; row += 1)
      values[row] = column[places[row] as number] ?? Number.NaN;
    return values;
  });
  return { names: frame.names, columns, rows: places.length };
}
