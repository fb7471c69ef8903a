import fs from 'node:fs';
import { quoteRelation } from '../base/index.ts';
import { type DuckdbEngine, openDuckdb } from '../engines/index.ts';
import { isContinued, mergeChanges } from '../load/index.ts';
import { buildSettings } from './warehouse-store.ts';
import type { Workspace } from './workspace.ts';

/** What a warehouse holds is of one build. */
const LAST_BUILD = quoteRelation('loads', 'last_build');
const INCOMING = 'incoming';

/** How a warehouse came about. */
export interface BuildMark {
  /** The day the company was looked at. */
  readonly asOf: string;
  /** Of `hashProject`; null when only a part was built, so that no build can go on from it. */
  readonly fingerprint: string | null;
}

/** Notes in a finished warehouse what it was built as. */
export async function writeBuildMark(engine: DuckdbEngine, mark: BuildMark): Promise<void> {
  await engine.execute(`create schema if not exists loads`);
  await engine.execute(`create or replace table ${LAST_BUILD} (as_of date, fingerprint varchar)`);
  await engine.execute(`insert into ${LAST_BUILD} values ($1::date, $2)`, [mark.asOf, mark.fingerprint]);
}

/** What a warehouse was built as; null where nothing says so. */
export async function fetchBuildMark(engine: DuckdbEngine): Promise<BuildMark | null> {
  if ((await engine.fetchKind('loads', 'last_build')) === null) return null;
  const [row] = await engine.query(`select as_of, fingerprint from ${LAST_BUILD}`);
  if (row === undefined) return null;
  const { fingerprint } = row;
  return { asOf: String(row['as_of']), fingerprint: fingerprint === null ? null : String(fingerprint) };
}

/**
 * The build that one of `next` can go on from: the last one, when it looked at the same day or an earlier one, by the
 * same project, and the raw tables have only gained batches since. Null when all must be built anew.
 */
export async function fetchContinued(workspace: Workspace, next: BuildMark): Promise<BuildMark | null> {
  const { warehouse, raw } = workspace.files;
  if (!fs.existsSync(warehouse) || !fs.existsSync(raw)) return null;
  const engine = await openDuckdb({ path: warehouse, isReadOnly: true, settings: buildSettings(workspace) });
  try {
    const mark = await fetchBuildMark(engine);
    if (mark === null || mark.fingerprint !== next.fingerprint || mark.asOf > next.asOf) return null;
    await engine.attach(raw, INCOMING, { isReadOnly: true });
    return (await isContinued(engine, INCOMING)) ? mark : null;
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
