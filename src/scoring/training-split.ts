import { daysBetween } from '../base/index.ts';

/** Snapshots of customers with what came of them, in the order of their days. */
export interface SnapshotKeys {
  /** Days since 1970 of each row. */
  readonly days: Int32Array;
  /** A number for each customer, stable whatever other customers there are. */
  readonly groups: Int32Array;
}

/** Row numbers of the parts; no customer-day is in two of them. */
export interface TrainingSplit {
  /** All with a known outcome: what the published model is fitted on in the end. */
  readonly all: Int32Array;
  /** What the candidates are fitted on; their outcomes were known before the first test snapshot. */
  readonly train: Int32Array;
  readonly test: Int32Array;
}

/** A date as days since 1970. */
export function numberDay(day: string): number {
  return daysBetween('1970-01-01', day);
}

/** Days after a snapshot in which the event may come. */
export const LABEL_DAYS = 90;
/** Days up to the last snapshot with a known outcome in which the candidates are tested. */
const TEST_DAYS = 60;

function selectPlaces(keys: SnapshotKeys, isIn: (day: number) => boolean): Int32Array {
  const places: number[] = [];
  for (let row = 0; row < keys.days.length; row += 1) if (isIn(keys.days[row] as number)) places.push(row);
  return Int32Array.from(places);
}

/**
 * Splits by time, never by chance (scoring.md, "Training set"): with L the last snapshot whose 90 days have passed, the
 * test is on snapshots in (L − 60, L], the training on snapshots up to L − 150, whose 90 days end before the test begins.
 *
 * @param last L in days since 1970
 */
export function buildTimeSplit(keys: SnapshotKeys, last: number): TrainingSplit {
  return {
    all: selectPlaces(keys, (day) => day <= last),
    train: selectPlaces(keys, (day) => day <= last - TEST_DAYS - LABEL_DAYS),
    test: selectPlaces(keys, (day) => day > last - TEST_DAYS && day <= last),
  };
}

/** For tables without a day: every fifth group is the test. */
export function buildGroupSplit(keys: SnapshotKeys): TrainingSplit {
  const rows = Int32Array.from(keys.days.keys());
  const isTest = (row: number): boolean => foldOf(keys.groups[row] as number, 5) === 0;
  return { all: rows, train: rows.filter((row) => !isTest(row)), test: rows.filter(isTest) };
}

/** A group's part of `folds`: the same in every table that has the group. */
export function foldOf(group: number, folds: number): number {
  let mixed = Math.imul(group ^ (group >>> 16), 0x45d9f3b);
  mixed = Math.imul(mixed ^ (mixed >>> 16), 0x45d9f3b);
  return ((mixed ^ (mixed >>> 16)) >>> 0) % folds;
}

/** A number for a key that depends on nothing else: FNV-1a (Fowler, Noll, Vo) over its UTF-16 units. */
export function hashKey(key: string): number {
  let hash = 0x811c9dc5;
  for (let place = 0; place < key.length; place += 1) {
    hash = Math.imul(hash ^ key.charCodeAt(place), 0x01000193);
  }
  return hash | 0;
}
