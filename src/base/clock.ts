/** Where "now" comes from: passed in, so that nothing else reads the wall clock. */
export interface Clock {
  /** Milliseconds since the epoch. */
  now(): number;
}

export const systemClock: Clock = { now: () => Date.now() };

/** A clock that stands still, for tests. */
export function buildFixedClock(isoTime: string): Clock {
  const at = Date.parse(isoTime);
  return { now: () => at };
}

/** The UTC date, `YYYY-MM-DD`, of a clock. */
export function utcDate(clock: Clock): string {
  return new Date(clock.now()).toISOString().slice(0, 10);
}

/** The UTC time of a clock in ISO 8601 with milliseconds. */
export function utcTime(clock: Clock): string {
  return new Date(clock.now()).toISOString();
}
