import fs from 'node:fs';
import type { DuckdbEngine } from '../engines/index.ts';
import { fetchBuildMark } from './build-mark-store.ts';
import { openWarehouse } from './warehouse-store.ts';
import type { Workspace } from './workspace.ts';

/** By what a file is told from the one that was there before it; null when there is none. */
export function readFileStamp(file: string): string | null {
  const found = fs.statSync(file, { throwIfNoEntry: false });
  return found === undefined ? null : `${found.ino} ${found.size} ${found.mtimeMs}`;
}

/** True when no detection has looked at the warehouse that is there now: somebody else put it in its place. */
export async function isUndetected(state: DuckdbEngine, workspace: Workspace): Promise<boolean> {
  const warehouse = await openWarehouse(workspace.files.warehouse, workspace);
  const mark = await fetchBuildMark(warehouse).finally(() => warehouse.close());
  // After a build of a part nothing is looked for.
  if (mark === null || mark.fingerprint === null) return false;
  const rows = await state.query('select 1 as found from milestone_runs where build_mark = $1 limit 1', [
    mark.id,
  ]);
  return rows.length === 0;
}
