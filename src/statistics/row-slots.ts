/** Rows that go through the trees together, so that a tree is fetched once for all of them. */
export const BLOCK = 256;

/** Where a split finds the value it compares: a feature has two slots, see {@link writeSlots}. */
export function buildSlot(feature: number, isMissingLeft: boolean): number {
  return 2 * feature + (isMissingLeft ? 1 : 0);
}

/** Room for the values of some rows. */
export function openSlots(features: number, rows: number): Float64Array {
  return new Float64Array(2 * features * rows);
}

/** Writes one value into the two slots from `place` on. */
export function writeValue(slots: Float64Array, place: number, value: number): void {
  const isMissing = Number.isNaN(value);
  slots[place] = isMissing ? Number.POSITIVE_INFINITY : value;
  slots[place + 1] = isMissing ? Number.NEGATIVE_INFINITY : value;
}

/**
 * Writes every value of some rows twice, row after row: in the first slot for splits that send what is missing right, where a
 * missing value is above all thresholds, in the second for those that send it left. A split then compares once and need not ask.
 */
export function writeSlots(
  slots: Float64Array,
  columns: readonly Float64Array[],
  { start, count }: { readonly start: number; readonly count: number },
): void {
  const width = 2 * columns.length;
  for (const [place, column] of columns.entries())
    for (let row = 0; row < count; row += 1)
      writeValue(slots, row * width + 2 * place, column[start + row] as number);
}
