import type { Chance } from '../base/index.ts';

const FIRST_MS = 30_000;
const LONGEST_MS = 3_600_000;
/** Attempts that fail before a notification counts as undeliverable: over a span of more than two hours. */
export const MOST_FAILURES = 8;

/**
 * Milliseconds until the next attempt: doubled with every failure, and up to half as long again by chance, so that
 * what failed together does not come back together. Never shorter than a lost answer takes to arrive after all.
 */
export function buildBackoff(failures: number, chance: Chance): number {
  const base = Math.min(LONGEST_MS, FIRST_MS * 2 ** Math.max(0, failures - 1));
  return Math.round(base * (1 + chance.next() / 2));
}

/** Milliseconds to wait when asked for some seconds: a little more, never less. */
export function buildPause(seconds: number, chance: Chance): number {
  return Math.ceil(Math.max(1, seconds) * 1000 + chance.next() * 1000);
}
