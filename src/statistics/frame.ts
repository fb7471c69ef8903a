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
  const columns = frame.columns.map((column) =>
    Float64Array.from(places, (place) => column[place] ?? Number.NaN),
  );
  return { names: frame.names, columns, rows: places.length };
}
