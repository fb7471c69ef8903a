import { TenureError } from '../base/index.ts';
import {
  buildSurvivalCurve,
  type Interval,
  type Lifetimes,
  type LogRankTest,
  measureRestrictedMean,
  measureSurvival,
  measureSurvivalQuantile,
  type RestrictedMean,
  runLogRankTest,
  type SurvivalCurve,
  type SurvivalQuantile,
  type SurvivalStep,
} from '../statistics/index.ts';
import type { SurvivalColumn, SurvivalData } from './survival-store.ts';

/** The share of a group that is still there after so many days. */
export interface SurvivalPoint {
  readonly day: number;
  /** 0 to 1; null after the last customer of the group was seen. */
  readonly survival: number | null;
  readonly interval: Interval | null;
  /** Customers that were seen up to that day. */
  readonly atRisk: number;
}

/** Customers that have something in common. */
export interface SurvivalGroup {
  /** The value of the column; null for all customers, and for those without a value. */
  readonly value: string | null;
  readonly customers: number;
  readonly churned: number;
  /** The day by which half have churned, with its 95 % interval. */
  readonly median: SurvivalQuantile;
  /** Mean days as a customer, counted up to the horizon. */
  readonly restrictedMean: RestrictedMean;
  readonly points: readonly SurvivalPoint[];
  /** The whole curve, day by day where something happened. */
  readonly steps: readonly SurvivalStep[];
}

export interface GroupReport {
  /** Days up to which the restricted mean is counted. */
  readonly horizon: number;
  readonly groups: readonly SurvivalGroup[];
  /** Whether groups live alike; null with one group, or without anything to compare. */
  readonly logRank: LogRankTest | null;
}

const MOST_GROUPS = 12;
/** Five years: what the dictionary counts a lifetime up to. */
const LONGEST = 1825;
const POINTS = 6;
/** Distances between the days of the table that people count in. */
const DISTANCES = [7, 14, 30, 60, 90, 180, 365, 730];

function nameGroups(column: SurvivalColumn): {
  readonly values: readonly (string | null)[];
  readonly members: Uint32Array;
} {
  const texts: readonly (string | null)[] = column.values.map((value) =>
    value === null ? null : String(value),
  );
  const isNumbers = column.kind === 'numbers';
  const known = [...new Set(texts)].filter((text) => text !== null);
  known.sort((a, b) => (isNumbers ? Number(a) - Number(b) : a < b ? -1 : 1));
  const values = texts.includes(null) ? [...known, null] : known;
  if (values.length > MOST_GROUPS)
    throw new TenureError('SURVIVAL_IMPOSSIBLE', {
      problem: `${column.name} has ${values.length} different values, and at most ${MOST_GROUPS} groups are compared`,
      hint: 'Compare by a column with fewer values, or give this one to --cox.',
    });
  const places = new Map(values.map((value, place) => [value, place]));
  return { values, members: Uint32Array.from(texts, (text) => places.get(text) ?? 0) };
}

/** The days of the table: evenly spaced from 0, up to the horizon. */
function listDays(horizon: number): readonly number[] {
  const distance =
    DISTANCES.find((candidate) => candidate * POINTS >= horizon) ?? Math.ceil(horizon / POINTS);
  const days = Array.from({ length: POINTS + 1 }, (_, index) => index * distance);
  return days.filter((day) => day > 0 && day <= horizon);
}

function buildGroup(value: string | null, curve: SurvivalCurve, horizon: number): SurvivalGroup {
  return {
    value,
    customers: curve.rows,
    churned: curve.events,
    median: measureSurvivalQuantile(curve, 0.5),
    restrictedMean: measureRestrictedMean(curve, { horizon }),
    points: listDays(horizon).map((day) => {
      const { survival = null, interval = null, atRisk = 0 } = measureSurvival(curve, day) ?? {};
      return { day, survival, interval, atRisk };
    }),
    steps: curve.steps,
  };
}

/** Lifetimes of the rows at some places. */
function selectLifetimes({ times, events, entries }: Lifetimes, places: readonly number[]): Lifetimes {
  return {
    times: Float64Array.from(places, (place) => times[place] as number),
    events: Uint8Array.from(places, (place) => events[place] as number),
    entries: entries && Float64Array.from(places, (place) => entries[place] as number),
  };
}

/**
 * The survival curves of the groups that a column makes, and whether they differ.
 *
 * @param data the customers to look at
 * @param options `by` the column, all in one group when left out; `horizon` in days, when left out as far as every group
 * was seen but no more than five years
 * @throws TenureError SURVIVAL_IMPOSSIBLE when the column has too many values
 */
export function buildGroups(
  data: SurvivalData,
  lifetimes: Lifetimes,
  options: { readonly by?: string | undefined; readonly horizon?: number | undefined },
): GroupReport {
  const column = options.by === undefined ? undefined : data.columns.get(options.by);
  const all = { values: [null], members: new Uint32Array(lifetimes.times.length) };
  const { values, members } = column === undefined ? all : nameGroups(column);
  const rows = values.map((_, group) => [...members.keys()].filter((place) => members[place] === group));
  const curves = rows.map((places) => buildSurvivalCurve(selectLifetimes(lifetimes, places)));
  const seen = Math.min(...curves.map(({ steps }) => steps.at(-1)?.time ?? 0));
  const horizon = options.horizon ?? Math.min(seen, LONGEST);
  return {
    horizon,
    groups: curves.map((curve, group) => buildGroup(values[group] ?? null, curve, horizon)),
    logRank: runLogRankTest(lifetimes, members, values.length),
  };
}
