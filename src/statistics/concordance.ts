import type { Lifetimes } from './lifetimes.ts';

/** Counts at places, with the count below a place in logarithmic time (Fenwick, P. M. 1994, Software 24, 327–336). */
function openCounts(size: number) {
  const tree = new Float64Array(size + 1);
  return {
    add(place: number, amount: number): void {
      for (let node = place + 1; node <= size; node += node & -node)
        tree[node] = (tree[node] as number) + amount;
    },
    /** How many are at places less than this one. */
    below(place: number): number {
      let sum = 0;
      for (let node = place; node > 0; node -= node & -node) sum += tree[node] as number;
      return sum;
    },
  };
}

export interface Concordance {
  /** Share of the comparable pairs in which the one with the higher risk had the event first, a tied risk counting half. */
  readonly index: number;
  readonly concordant: number;
  readonly discordant: number;
  readonly tied: number;
}

/** The place of each risk among the different ones, from the lowest. */
function rankRisks(risks: Float64Array): { ranks: Uint32Array; size: number } {
  const order = Uint32Array.from(risks, (_, row) => row).sort(
    (a, b) => (risks[a] as number) - (risks[b] as number),
  );
  const ranks = new Uint32Array(risks.length);
  let size = 0;
  order.forEach((row, place) => {
    if (place > 0 && risks[row] !== risks[order[place - 1] as number]) size += 1;
    ranks[row] = size;
  });
  return { ranks, size: size + 1 };
}

function sortRows(rows: Uint32Array, by: ArrayLike<number>): Uint32Array {
  return rows.slice().sort((a, b) => (by[b] as number) - (by[a] as number));
}

/**
 * Harrell's C: how well risks order the times to the event. A pair is comparable when one had the event while the other
 * was under observation and outlived it; one who was cut off at the very time of the event outlived it. Harrell, F. E.
 * et al. (1982), Evaluating the yield of medical tests, JAMA 247, 2543–2546. In n log n steps.
 *
 * @param risks higher for those expected to have the event sooner
 * @returns null when no pair is comparable
 * @example
 * const lifetimes = { times: Float64Array.of(1, 2, 3), events: Uint8Array.of(1, 1, 0) };
 * measureConcordance(lifetimes, Float64Array.of(0.9, 0.5, 0.1))?.index; // 1
 */
export function measureConcordance(lifetimes: Lifetimes, risks: Float64Array): Concordance | null {
  const { times, events, entries } = lifetimes;
  const { ranks, size } = rankRisks(risks);
  const counts = openCounts(size);
  const rows = Uint32Array.from(times, (_, row) => row);
  const byTime = sortRows(rows, times);
  const byEntry = entries === undefined ? rows.subarray(0, 0) : sortRows(rows, entries);
  let [concordant, discordant, tied] = [0, 0, 0];
  let [left, total] = [0, 0];
  const change = (row: number, amount: number): void => {
    counts.add(ranks[row] as number, amount);
    total += amount;
  };
  for (let start = 0; start < byTime.length; ) {
    const time = times[byTime[start] as number] as number;
    let end = start;
    while (end < byTime.length && times[byTime[end] as number] === time) end += 1;
    const group = byTime.subarray(start, end);
    for (const row of group) if (events[row] !== 1) change(row, 1);
    // Whoever came under observation at this time or later was not there to be compared.
    for (; left < byEntry.length && (entries?.[byEntry[left] as number] as number) >= time; left += 1)
      change(byEntry[left] as number, -1);
    for (const row of group) {
      if (events[row] !== 1) continue;
      const rank = ranks[row] as number;
      const lower = counts.below(rank);
      const equal = counts.below(rank + 1) - lower;
      concordant += lower;
      tied += equal;
      discordant += total - lower - equal;
    }
    for (const row of group) if (events[row] === 1) change(row, 1);
    start = end;
  }
  const pairs = concordant + discordant + tied;
  return pairs === 0 ? null : { index: (concordant + tied / 2) / pairs, concordant, discordant, tied };
}
