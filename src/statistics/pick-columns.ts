import { TenureError } from '../base/index.ts';
import type { Frame } from './frame.ts';

/**
 * The columns of a frame that a model reads, in the model's order, found by their names.
 *
 * @throws MODEL_COLUMN_MISSING when the frame lacks one.
 * @example
 * pickColumns({ names: ['a', 'b'], columns: [Float64Array.of(1), Float64Array.of(2)], rows: 1 }, ['b']); // [[2]]
 */
export function pickColumns(frame: Frame, features: readonly string[]): readonly Float64Array[] {
  return features.map((feature) => {
    const column = frame.columns[frame.names.indexOf(feature)];
    if (column === undefined)
      throw new TenureError('MODEL_COLUMN_MISSING', { column: feature, columns: frame.names.join(', ') });
    return column;
  });
}
