/** Where chance comes from: passed in, so that tests choose it. */
export interface Chance {
  /** At least 0 and less than 1. */
  next(): number;
}

export const systemChance: Chance = { next: () => Math.random() };

/**
 * Chance that a seed decides: the same seed gives the same numbers. Mulberry32 (T. Ettinger, 2017), 32 bits of state: for
 * resampling, not for secrets.
 */
export function buildSeededChance(seed: number): Chance {
  let state = seed | 0;
  return {
    next: () => {
      state = (state + 0x6d2b79f5) | 0;
      let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
      mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
      return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
    },
  };
}
