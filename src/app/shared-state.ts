import { type AccessBook, openAccessBook } from '../access/index.ts';
import type { Clock, Ids } from '../base/index.ts';
import type { Engine } from '../engines/index.ts';
import { type FeatureDesk, openFeatureDesk } from './feature-desk.ts';
import type { Storage, WarehouseReaders } from './storage/storage.ts';
import { runInTurn } from './turns.ts';

/**
 * The state of a workspace that this process keeps open, for all verbs that run in it: the file can be opened only once.
 */
export interface SharedState {
  /** Where the data lie: who works with another workspace has another. */
  readonly storage: Storage;
  /** A connection of its own for a verb; the verb closes it. */
  connect(): Promise<Engine>;
  /** Who may enter, for all verbs of the process alike. */
  readonly access: AccessBook;
  /** The warehouse, kept open for whoever reads it. */
  readonly warehouse: WarehouseReaders;
  /** Features of customers, looked up by whoever asks. */
  readonly features: FeatureDesk;
  /** Runs a job when those before it have ended. */
  runNext<T>(job: () => Promise<T>): Promise<T>;
  close(): Promise<void>;
}

interface SharedStateOptions {
  readonly storage: Storage;
  readonly clock: Clock;
  readonly ids: Ids;
}

/**
 * Opens the state of a workspace and owns the workspace until it is closed.
 *
 * @param onJobEnd is told after every job
 * @throws TenureError DATABASE_OWNED when another process owns the workspace
 */
export async function openSharedState(
  { storage, clock, ids }: SharedStateOptions,
  onJobEnd: () => void,
): Promise<SharedState> {
  const state = await storage.openState();
  const access = openAccessBook({ state: await state.connect(), clock, ids });
  const warehouse = storage.openReaders();
  const features = openFeatureDesk(storage);
  return {
    storage,
    access,
    connect: () => state.connect(),
    warehouse,
    features,
    runNext: (job) => runInTurn(`job ${storage.key}`, () => job().finally(onJobEnd)),
    close: async () => {
      await features.close();
      await warehouse.close();
      await state.close();
    },
  };
}
