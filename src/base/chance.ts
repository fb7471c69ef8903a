/** Where chance comes from: passed in, so that tests choose it. */
export interface Chance {
  /** At least 0 and less than 1. */
  next(): number;
}

export const systemChance: Chance = { next: () => Math.random() };
