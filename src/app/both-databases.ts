import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import type { Engine } from '../engines/index.ts';
import type { MilestoneEngines } from '../milestones/index.ts';
import type { BuildMark } from './storage/build-mark-store.ts';
import type { Storage } from './storage/storage.ts';

/** The state and the last good warehouse, and what that was built as. */
export interface BothDatabases extends MilestoneEngines {
  readonly mark: BuildMark;
}

/**
 * Lets `work` use the state and the last good warehouse, as `Storage.withWarehouse` lends them. Where they are two databases, rows go
 * from one to the other through a folder that is gone afterwards.
 *
 * @throws TenureError WAREHOUSE_MISSING
 */
export function withBothDatabases<T>(
  { storage }: { readonly storage: Storage },
  state: Engine,
  work: (both: BothDatabases) => Promise<T>,
): Promise<T> {
  return storage.withWarehouse(state, async ({ mark, warehouse }) => {
    if (warehouse === state) return work({ mark, state, warehouse, scratchPath: '' });
    const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'tenure-rows-'));
    try {
      return await work({ mark, state, warehouse, scratchPath: path.join(folder, 'rows') });
    } finally {
      fs.rmSync(folder, { recursive: true, force: true });
    }
  });
}
