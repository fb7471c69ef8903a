import { addDays } from '../base/index.ts';
import { LABEL_DAYS } from './training-split.ts';

/** The days that one model scores: from the day on which the outcomes of its last snapshot are known. */
export interface Vintage {
  /** The last snapshot it learns from. */
  readonly trainedTo: string;
  readonly usableFrom: string;
  /** The last day, when the next vintage's outcomes are not known yet; null for the newest. */
  readonly usableTo: string | null;
}

/**
 * The vintages that score the days from `from` to `asOf`: each month-end snapshot begins one on the day on which its 90 days
 * are over. Days before the first snapshot's have none.
 *
 * @param snapshots days of snapshots, in order
 *
 * @example
 * listVintages(['2025-10-31', '2025-11-30'], { from: '2026-01-01', asOf: '2026-03-14' });
 * // [{ trainedTo: '2025-10-31', usableFrom: '2026-01-29', usableTo: '2026-02-27' },
 * //  { trainedTo: '2025-11-30', usableFrom: '2026-02-28', usableTo: null }]
 */
export function listVintages(
  snapshots: readonly string[],
  { from, asOf }: { readonly from: string; readonly asOf: string },
): readonly Vintage[] {
  const known = snapshots.filter((day) => addDays(day, LABEL_DAYS) <= asOf);
  return known
    .map((day, place): Vintage => {
      const next = known[place + 1];
      return {
        trainedTo: day,
        usableFrom: addDays(day, LABEL_DAYS),
        usableTo: next === undefined ? null : addDays(next, LABEL_DAYS - 1),
      };
    })
    .filter(({ usableTo }) => usableTo === null || usableTo >= from);
}
