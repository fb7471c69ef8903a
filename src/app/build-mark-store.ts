import { quoteRelation } from '../base/index.ts';
import type { DuckdbEngine } from '../engines/index.ts';

const LAST_BUILD = quoteRelation('loads', 'last_build');

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
