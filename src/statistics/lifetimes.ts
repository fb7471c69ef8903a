/** Times to an event, some cut off before it. */
export interface Lifetimes {
  /** Each more than its entry. */
  readonly times: Float64Array;
  /** 1 where the event was seen at `times`, 0 where the observation ended without it. */
  readonly events: Uint8Array;
  /**
   * When each came under observation (left truncation): nothing is known of those who were gone by then. From the start
   * when left out.
   */
  readonly entries?: Float64Array | undefined;
}

/** For each different time and group: who was there, who had the event, who was cut off. */
export interface RiskTable {
  /** Rising. */
  readonly times: Float64Array;
  readonly groups: number;
  /** Under observation just before each time: `times × groups`, row by row, as the other two. */
  readonly atRisk: Float64Array;
  readonly events: Float64Array;
  readonly censored: Float64Array;
}

/** The first place whose value is not below (or, if asked, is above) another. */
function findPlace(sorted: Float64Array, value: number, isAbove: boolean): number {
  let [low, high] = [0, sorted.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    const here = sorted[middle] as number;
    if (here < value || (isAbove && here === value)) low = middle + 1;
    else high = middle;
  }
  return low;
}

function increase(counts: Float64Array, place: number): void {
  counts[place] = (counts[place] as number) + 1;
}

/**
 * Counts lifetimes by time and group. One who is cut off at the very time of an event was still there.
 *
 * @param members the group of each lifetime, from 0; all in one when left out
 */
export function buildRiskTable(
  lifetimes: Lifetimes,
  members: ArrayLike<number> = new Uint8Array(lifetimes.times.length),
  groups = 1,
): RiskTable {
  const sorted = lifetimes.times.slice().sort();
  const times = sorted.filter((time, place) => place === 0 || time !== sorted[place - 1]);
  const size = times.length * groups;
  const [events, censored] = [new Float64Array(size), new Float64Array(size)];
  const atRisk = new Float64Array(size);
  lifetimes.times.forEach((time, row) => {
    const group = members[row] as number;
    increase(lifetimes.events[row] === 1 ? events : censored, findPlace(times, time, false) * groups + group);
    const entered =
      lifetimes.entries === undefined ? 0 : findPlace(times, lifetimes.entries[row] as number, true);
    increase(atRisk, entered * groups + group);
  });
  // So far only who came; now also who was there before and did not go.
  for (let place = groups; place < size; place += 1) {
    const before = place - groups;
    const left = (events[before] as number) + (censored[before] as number);
    atRisk[place] = (atRisk[place] as number) + (atRisk[before] as number) - left;
  }
  return { times, groups, atRisk, events, censored };
}
