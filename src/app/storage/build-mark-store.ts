import { quoteIdentifier, quoteRelation } from '../../base/index.ts';
import type { Engine } from '../../engines/index.ts';

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

/** The table that says it; `schema` is part of the warehouse. */
function renderTable(schema: string, database?: string): string {
  const relation = quoteRelation(schema, 'last_build');
  return database === undefined ? relation : `${quoteIdentifier(database)}.${relation}`;
}

/** Notes in a finished warehouse what it was built as. */
export async function writeBuildMark(engine: Engine, schema: string, mark: BuildMark): Promise<void> {
  const { typeName } = engine.dialect;
  await engine.execute(engine.dialect.createSchema(quoteIdentifier(schema)));
  await engine.execute(`drop table if exists ${renderTable(schema)}`);
  const text = typeName('string');
  await engine.execute(
    `create table ${renderTable(schema)} (build_id ${text}, continues ${text}, as_of date, fingerprint ${text})`,
  );
  await engine.execute(`insert into ${renderTable(schema)} values ($1, $2, cast($3 as date), $4)`, [
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
export async function fetchBuildMark(
  engine: Engine,
  schema: string,
  database?: string,
): Promise<BuildMark | null> {
  const [row] = await engine.query(`select * from ${renderTable(schema, database)}`).catch(() => []);
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
