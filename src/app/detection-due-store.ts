import type { Engine } from '../engines/index.ts';
import type { Storage } from './storage/storage.ts';

/** True when no detection has looked at the warehouse that is there now: somebody else put it in its place. */
export async function isUndetected(state: Engine, storage: Storage): Promise<boolean> {
  const mark = await storage.fetchMark();
  // After a build of a part nothing is looked for.
  if (mark === null || mark.fingerprint === null) return false;
  const rows = await state.query('select 1 as found from milestone_runs where build_mark = $1 limit 1', [
    mark.id,
  ]);
  return rows.length === 0;
}
