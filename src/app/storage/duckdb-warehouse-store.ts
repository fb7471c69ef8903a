import fs from 'node:fs';
import path from 'node:path';
import { errorText, quoteIdentifier, quoteRelation, replaceFile, TenureError } from '../../base/index.ts';
import { type DuckdbEngine, openDuckdb } from '../../engines/index.ts';
import type { Workspace } from '../workspace.ts';
import { fetchBuildMark } from './build-mark-store.ts';
import { buildSearchPath } from './search-path.ts';
import type { CarriedRelation, LostRelation } from './storage.ts';

const PREVIOUS = 'previous';
/** The schema of a warehouse file in which it is noted what it was built as. */
export const MARK_SCHEMA = 'loads';

/**
 * Opens a warehouse file for reading, every model reachable by its bare name. Other processes may read it too,
 * and a build may replace it meanwhile: this engine goes on seeing the file it opened. CURRENT_DATE is the day the
 * warehouse was built for.
 *
 * @throws TenureError WAREHOUSE_MISSING
 */
export async function openWarehouse(file: string, workspace: Workspace): Promise<DuckdbEngine> {
  if (!fs.existsSync(file)) throw new TenureError('WAREHOUSE_MISSING', { path: workspace.root });
  const settings = buildSettings(workspace);
  const look = await openDuckdb({ path: file, isReadOnly: true, settings });
  const relations = await look.listRelations();
  const mark = await fetchBuildMark(look, MARK_SCHEMA);
  await look.close();
  const searchPath = buildSearchPath([...new Set(relations.map((relation) => relation.schema))]);
  const today = mark === null ? {} : { today: mark.asOf };
  return openDuckdb({ path: file, isReadOnly: true, searchPath, settings, ...today });
}

/** The limits of `tenure.yml` in DuckDB's words. */
export function buildSettings(workspace: Workspace): Readonly<Record<string, string>> {
  const { memory_limit, threads } = workspace.config;
  return {
    temp_directory: path.join(workspace.files.scratch, 'spill'),
    ...(memory_limit === undefined ? {} : { memory_limit }),
    ...(threads === undefined ? {} : { threads: String(threads) }),
  };
}

/** Deletes what a killed command left behind. Only the owner of the workspace may call it. */
export function cleanScratch(workspace: Workspace): void {
  fs.rmSync(workspace.files.scratch, { recursive: true, force: true });
  fs.mkdirSync(workspace.files.scratch, { recursive: true });
}

/** A database under construction, in a file of its own that no reader knows. */
export interface Construction {
  readonly engine: DuckdbEngine;
  readonly file: string;
}

async function openConstructionFile(workspace: Workspace, file: string): Promise<Construction> {
  const settings = buildSettings(workspace);
  return { engine: await openDuckdb({ path: file, isConstruction: true, settings }), file };
}

/** Below this size of the raw tables, in bytes, a statement leaves cores idle, and two at once need little memory. */
const SMALL_RAW = 32 * 2 ** 20;

/**
 * Begins a new warehouse: a copy of the last one where it goes on from that, else of the raw tables where the workspace
 * has any, else an empty file. Several models of a small one can be built at once.
 */
export async function openConstruction(
  workspace: Workspace,
  options: { readonly isContinued: boolean },
): Promise<Construction & { readonly isSmall: boolean }> {
  const file = path.join(workspace.files.scratch, 'warehouse.building.duckdb');
  const origin = options.isContinued ? workspace.files.warehouse : workspace.files.raw;
  if (workspace.kind === 'own') fs.copyFileSync(origin, file, fs.constants.COPYFILE_FICLONE);
  const isSmall = workspace.kind === 'own' && fs.statSync(workspace.files.raw).size < SMALL_RAW;
  return { ...(await openConstructionFile(workspace, file)), isSmall };
}

/** Begins a new raw file, empty. */
export async function openRawConstruction(workspace: Workspace): Promise<Construction> {
  return openConstructionFile(workspace, path.join(workspace.files.scratch, 'raw.generating.duckdb'));
}

/**
 * Carries relations over from the last warehouse, in the order given (parents first), so that building a part
 * leaves the rest as it was. What the last warehouse did not have is passed over.
 *
 * @returns those that were there
 */
export async function carryRelations(
  engine: DuckdbEngine,
  lastWarehouse: string,
  relations: readonly CarriedRelation[],
): Promise<readonly CarriedRelation[]> {
  if (!fs.existsSync(lastWarehouse) || relations.length === 0) return [];
  await engine.attach(lastWarehouse, PREVIOUS, { isReadOnly: true });
  try {
    const previous = await fetchPrevious(engine);
    const carried: CarriedRelation[] = [];
    for (const relation of relations) {
      const found = previous.get(quoteRelation(relation.schema, relation.name));
      if (found !== undefined && (await carryRelation(engine, relation, found))) carried.push(relation);
    }
    return carried;
  } finally {
    await engine.detach(PREVIOUS);
  }
}

/** How a relation of the last warehouse was made. */
interface PreviousRelation {
  /** The statement that made a view; null for a table. */
  readonly viewSql: string | null;
  readonly indexSql: readonly string[];
}

/** What stands in the last warehouse, by quoted name: asked at once, since the lists of DuckDB are slow. */
async function fetchPrevious(engine: DuckdbEngine): Promise<ReadonlyMap<string, PreviousRelation>> {
  const rows = await engine.query(
    `with indexes as (
       select schema_name, table_name, list(sql order by index_name) as statements from duckdb_indexes()
       where database_name = '${PREVIOUS}' and sql is not null group by all
     )
     select schema_name, table_name as name, null as sql, to_json(coalesce(statements, [])) as indexes
     from duckdb_tables() left join indexes using (schema_name, table_name)
     where database_name = '${PREVIOUS}'
     union all
     select schema_name, view_name, sql, '[]' from duckdb_views() where database_name = '${PREVIOUS}'`,
  );
  return new Map(
    rows.map((row) => [
      quoteRelation(String(row['schema_name']), String(row['name'])),
      {
        viewSql: row['sql'] === null ? null : String(row['sql']),
        indexSql: JSON.parse(String(row['indexes'])),
      },
    ]),
  );
}

async function carryRelation(
  engine: DuckdbEngine,
  relation: CarriedRelation,
  { viewSql, indexSql }: PreviousRelation,
): Promise<boolean> {
  await engine.execute(`create schema if not exists ${quoteIdentifier(relation.schema)}`);
  if (viewSql !== null) {
    // A view that does not bind was lost before, with a word; it is not lost a second time.
    return engine.execute(viewSql).then(
      () => true,
      () => false,
    );
  }
  const target = quoteRelation(relation.schema, relation.name);
  const rows = relation.hasRows ? '' : ' limit 0';
  await engine.execute(`create table ${target} as from ${quoteIdentifier(PREVIOUS)}.${target}${rows}`);
  if (relation.hasRows) for (const sql of indexSql) await engine.execute(sql);
  return true;
}

/** Drops the views among carried relations that no longer fit what was built below them. */
export async function dropUnfitting(
  engine: DuckdbEngine,
  relations: readonly CarriedRelation[],
): Promise<readonly LostRelation[]> {
  const lost: LostRelation[] = [];
  for (const relation of relations) {
    const target = quoteRelation(relation.schema, relation.name);
    const problem = await engine.describe(`from ${target}`).then(() => null, errorText);
    if (problem === null) continue;
    await engine.execute(`drop view if exists ${target}`);
    lost.push({ ...relation, problem });
  }
  return lost;
}

/** Closes a finished database and puts it in the place of `target` in one step that readers cannot see half of. */
export async function publishConstruction(construction: Construction, target: string): Promise<void> {
  await construction.engine.execute('checkpoint');
  await construction.engine.close();
  replaceFile(construction.file, target);
}
