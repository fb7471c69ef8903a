import type { Row } from '../engines/index.ts';
import { type FeatureExtractor, openFeatureExtractor } from '../scoring/index.ts';
import type { Storage } from './storage/storage.ts';

/**
 * Opens a look-up of features on a warehouse of its own with one thread, which is fastest.
 *
 * @throws TenureError OUTCOME_UNKNOWN, WAREHOUSE_MISSING
 */
export async function openFeatures(storage: Storage, name: string): Promise<FeatureExtractor> {
  const engine = await storage.open('warehouse', { threads: 1 });
  try {
    const extractor = await openFeatureExtractor(engine, name);
    return { fetch: extractor.fetch, close: () => extractor.close().then(() => engine.close()) };
  } catch (error) {
    await engine.close();
    throw error;
  }
}

/** Look-ups that stay open, each on the newest warehouse. */
export interface FeatureDesk {
  /** @throws TenureError OUTCOME_UNKNOWN, WAREHOUSE_MISSING */
  fetch(name: string, customerId: string): Promise<Row | null>;
  close(): Promise<void>;
}

interface Kept {
  readonly stamp: string | null;
  readonly extractor: Promise<FeatureExtractor>;
  /** Calls that have not ended. */
  users: number;
  isOld: boolean;
}

/** Opens no look-up yet: each is opened when it is asked for first, and anew once a build replaced the warehouse. */
export function openFeatureDesk(storage: Storage): FeatureDesk {
  const kept = new Map<string, Kept>();
  const closeUnused = async ({ isOld, users, extractor }: Kept): Promise<void> => {
    if (!isOld || users > 0) return;
    await extractor.then(
      (open) => open.close(),
      () => {},
    );
  };
  const retire = (old: Kept): Promise<void> => {
    old.isOld = true;
    return closeUnused(old);
  };
  /** Counts the caller among its users. */
  const findNewest = async (name: string): Promise<Kept> => {
    const stamp = await storage.fetchStamp();
    const last = kept.get(name);
    if (last !== undefined && last.stamp === stamp) {
      last.users += 1;
      return last;
    }
    const next: Kept = { stamp, extractor: openFeatures(storage, name), users: 1, isOld: false };
    kept.set(name, next);
    // What could not be opened is tried again by the next call.
    next.extractor.catch(() => {
      if (kept.get(name) === next) kept.delete(name);
    });
    if (last !== undefined) void retire(last);
    return next;
  };
  return {
    fetch: async (name, customerId) => {
      const found = await findNewest(name);
      try {
        return await (await found.extractor).fetch(customerId);
      } finally {
        found.users -= 1;
        await closeUnused(found);
      }
    },
    close: async () => {
      const all = [...kept.values()];
      kept.clear();
      await Promise.all(all.map(retire));
    },
  };
}
