import { randomUUID } from 'node:crypto';

/** Where new identifiers, UUIDs all of them, come from: passed in, so that tests choose them. */
export interface Ids {
  next(): string;
}

export const systemIds: Ids = { next: () => randomUUID() };
