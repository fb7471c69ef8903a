/** Rows that go through the trees together, so that a tree is fetched once for all of them. */
export const BLOCK = 256;

/** Where a split finds the value it compares: every feature has two slots, see {@link writeValue}. */
export function buildSlot(feature: number, isMissingLeft: boolean): number {
  return 2 * feature + (isMissingLeft ? 1 : 0);
}

/**
 * Writes a value into its two slots: into the first for splits that send what is missing right, where a missing value is above
 * all thresholds, and into the second for those that send it left, where it is below them. A split then compares once and need
 * not ask.
 */
export function writeValue(
  slots: Float64Array,
  places: { readonly high: number; readonly low: number },
  value: number,
): void {
  const isMissing = Number.isNaN(value);
  slots[places.high] = isMissing ? Number.POSITIVE_INFINITY : value;
  slots[places.low] = isMissing ? Number.NEGATIVE_INFINITY : value;
}
