import fs from 'node:fs';
import { type DuckdbEngine, openDuckdb } from '../../engines/index.ts';
import { isContinued, mergeChanges } from '../../load/index.ts';
import type { Workspace } from '../workspace.ts';
import { type BuildMark, fetchBuildMark } from './build-mark-store.ts';
import { buildSettings, MARK_SCHEMA } from './duckdb-warehouse-store.ts';

const INCOMING = 'incoming';

/**
 * The build that one of `next` can go on from: the last one, when it looked at the same day or an earlier one, by the
 * same project, and the raw tables have only gained batches since. Null when all must be built anew.
 */
export async function fetchContinued(workspace: Workspace, next: BuildMark): Promise<BuildMark | null> {
  const { warehouse, raw } = workspace.files;
  if (!fs.existsSync(warehouse) || !fs.existsSync(raw)) return null;
  const engine = await openDuckdb({ path: warehouse, isReadOnly: true, settings: buildSettings(workspace) });
  try {
    const mark = await fetchBuildMark(engine, MARK_SCHEMA);
    if (mark === null || mark.fingerprint !== next.fingerprint || mark.asOf > next.asOf) return null;
    await engine.attach(raw, INCOMING, { isReadOnly: true });
    return (await isContinued(engine, { noted: 'loads', incoming: INCOMING })) ? mark : null;
  } finally {
    await engine.close();
  }
}

/** Brings the raw tables of a copied warehouse up to those of the workspace. */
export async function mergeRaw(engine: DuckdbEngine, workspace: Workspace): Promise<void> {
  await engine.attach(workspace.files.raw, INCOMING, { isReadOnly: true });
  try {
    await mergeChanges(engine, INCOMING);
  } finally {
    await engine.detach(INCOMING);
  }
}
