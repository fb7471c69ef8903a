import { quoteIdentifier, quoteRelation } from '../base/index.ts';
import type { DuckdbEngine } from '../engines/index.ts';

const LAST_BUILD = quoteRelation('loads', 'last_build');

/** How a warehouse came about. */
export interface BuildMark {
  /** No two builds have the same. */
  readonly id: string;
  /** The build whose warehouse this one went on from; null when all was built anew. */
  readonly continues: string | null;
  /** The day the company was looked at. */
  readonly asOf: string;
  /** Of `hashProject`; null when only a part was built, so that no build can go on from it. */
  readonly fingerprint: string | null;
}

/** Notes in a finished warehouse what it was built as. */
export async function writeBuildMark(engine: DuckdbEngine, mark: BuildMark): Promise<void> {
  await engine.execute(`create schema if not exists loads`);
  await engine.execute(
    `create or replace table ${LAST_BUILD} (build_id varchar, continues varchar, as_of date, fingerprint varchar)`,
  );
  await engine.execute(`insert into ${LAST_BUILD} values ($1, $2, $3::date, $4)`, [
    mark.id,
    mark.continues,
    mark.asOf,
    mark.fingerprint,
  ]);
}

/**
 * What a warehouse was built as; null where nothing says so.
 *
 * @param database the name under which it is attached; the engine's own when absent
 */
export async function fetchBuildMark(engine: DuckdbEngine, database?: string): Promise<BuildMark | null> {
  const mark = database === undefined ? LAST_BUILD : `${quoteIdentifier(database)}.${LAST_BUILD}`;
  const [row] = await engine.query(`from ${mark}`).catch(() => []);
  if (row === undefined) return null;
  const [continues, fingerprint] = [row['continues'] ?? null, row['fingerprint'] ?? null];
  return {
    // Nothing goes on from a warehouse of before builds had a name.
    id: String(row['build_id'] ?? ''),
    continues: continues === null ? null : String(continues),
    asOf: String(row['as_of']),
    fingerprint: fingerprint === null ? null : String(fingerprint),
  };
}
