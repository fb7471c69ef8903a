import { createHash } from 'node:crypto';
import { TenureError } from '../base/index.ts';
import type { Engine } from '../engines/index.ts';
import { type PublishJob, quoteTable, renderMoment, renderName } from './publish-job.ts';
import type { PublishedTable, PublishSet, PublishTable, TableChange } from './publish-set.ts';

/** What was published into a database: `runs` for everybody, `relations` to know one's own tables by. */
const LEDGER = `
create schema if not exists tenure_publish;
create table if not exists tenure_publish.runs (
    run_id text primary key,
    build_id text not null,
    as_of date,
    published_at timestamptz not null,
    tables integer not null,
    changed_tables integer not null,
    row_count bigint not null
);
comment on table tenure_publish.runs is 'One row per publication: the build it shows, the day that looks at, and when it was put in place.';
create table if not exists tenure_publish.relations (
    schema_name text not null,
    table_name text not null,
    run_id text not null,
    build_id text not null,
    row_count bigint not null,
    definition text not null,
    columns text not null,
    primary key (schema_name, table_name)
);
comment on table tenure_publish.relations is 'One row per published table, with the run that wrote its rows; only these tables are ever replaced or dropped.'`;

/** A published table as it is noted. */
export interface NotedTable {
  readonly schema: string;
  readonly name: string;
  readonly buildId: string;
  readonly rows: number;
  /** Hash of everything that decides on the table but the rows of the warehouse. */
  readonly definition: string;
  /** Names and types as they were when it was put in place. */
  readonly columns: string;
}

/** A published table, and what is to become of it. */
export interface TableTask {
  readonly table: PublishTable;
  readonly change: TableChange;
  /** As noted by the last run that wrote it; null for a new one. */
  readonly noted: NotedTable | null;
}

/** Makes the tables that notes are kept in, where they are missing. */
export async function createLedger(to: Engine): Promise<void> {
  await to.execute(LEDGER);
}

/** Every table that is noted. */
export async function listNoted(to: Engine): Promise<readonly NotedTable[]> {
  const rows = await to.query('select * from tenure_publish.relations order by schema_name, table_name');
  return rows.map((row) => ({
    schema: String(row['schema_name']),
    name: String(row['table_name']),
    buildId: String(row['build_id']),
    rows: Number(row['row_count']),
    definition: String(row['definition']),
    columns: String(row['columns']),
  }));
}

/** The columns of a table with their types, as one text. */
export async function fetchColumnsText(to: Engine, table: { schema: string; name: string }): Promise<string> {
  const columns = await to.listColumns(table.schema, table.name);
  return columns.map(({ name, type }) => `${name} ${type}`).join(', ');
}

function hashDefinition(table: PublishTable): string {
  return createHash('sha256').update(JSON.stringify(table)).digest('hex');
}

/** Whether a table was written from this build, by this definition. */
export function isNotedAs(table: PublishTable, noted: NotedTable | undefined, buildId: string): boolean {
  return buildId !== '' && noted?.buildId === buildId && noted.definition === hashDefinition(table);
}

/** What stands under the name of a table: nothing, what was published, or something else. */
async function fetchStanding(
  to: Engine,
  table: { readonly schema: string; readonly name: string },
  noted: NotedTable | undefined,
): Promise<'nothing' | 'own' | 'foreign'> {
  const [found] = await to.query('select relkind from pg_class where oid = to_regclass($1)', [
    quoteTable(table),
  ]);
  if (found === undefined) return 'nothing';
  const isOwn = found['relkind'] === 'r' && noted?.columns === (await fetchColumnsText(to, table));
  return isOwn ? 'own' : 'foreign';
}

/** What is to be done. */
export interface PostgresTasks {
  readonly tasks: readonly TableTask[];
  /** Published tables that a whole set no longer has. */
  readonly obsolete: readonly NotedTable[];
  /** Such tables that somebody dropped or made their own: only the note of them goes. */
  readonly lost: readonly NotedTable[];
}

/**
 * Holds what is to be published against what stands in the database.
 *
 * @throws TenureError PUBLISH_RELATION_FOREIGN
 */
export async function planTasks(
  to: Engine,
  set: PublishSet,
  tables: readonly PublishTable[],
): Promise<PostgresTasks> {
  const noted = new Map((await listNoted(to)).map((entry) => [quoteTable(entry), entry]));
  const tasks: TableTask[] = [];
  for (const table of tables) {
    const entry = noted.get(quoteTable(table));
    const standing = await fetchStanding(to, table, entry);
    if (standing === 'foreign') {
      const problem =
        entry === undefined ? 'it was not published by Tenure' : 'its columns were changed since';
      throw new TenureError('PUBLISH_RELATION_FOREIGN', { relation: renderName(table), problem });
    }
    const isSame = isNotedAs(table, entry, set.buildId);
    const change = standing === 'nothing' ? 'new' : isSame ? 'unchanged' : 'replaced';
    tasks.push({ table, change, noted: entry ?? null });
  }
  const names = new Set(tables.map(quoteTable));
  const [obsolete, lost]: [NotedTable[], NotedTable[]] = [[], []];
  for (const [name, entry] of noted) {
    if (!set.isWhole || names.has(name)) continue;
    const isOwn = (await fetchStanding(to, entry, entry)) === 'own';
    (isOwn ? obsolete : lost).push(entry);
  }
  return { tasks, obsolete, lost };
}

/** A table of a run: published now, or found as it should be. */
export interface BuiltTable extends PublishedTable {
  readonly table: PublishTable;
  /** Names and types as the database has them; null for one that was left as it was. */
  readonly columns: string | null;
}

const NOTE_COLUMNS = [
  'schema_name',
  'table_name',
  'run_id',
  'build_id',
  'row_count',
  'definition',
  'columns',
];

/** Notes what is put in place. Runs inside the transaction that puts it there. */
export async function writeNotes(
  to: Engine,
  job: PublishJob,
  outcome: { readonly built: readonly BuiltTable[]; readonly forgotten: readonly NotedTable[] },
): Promise<void> {
  const { built, forgotten } = outcome;
  const { buildId, asOf } = job.set;
  const changed = built.filter(({ change }) => change !== 'unchanged');
  for (const { schema, name } of [...forgotten, ...changed])
    await to.execute('delete from tenure_publish.relations where schema_name = $1 and table_name = $2', [
      schema,
      name,
    ]);
  const notes = changed.map(({ schema, name, rows, table, columns }) => [
    schema,
    name,
    job.runId,
    buildId,
    rows,
    hashDefinition(table),
    columns,
  ]);
  await to.writeRows({ schema: 'tenure_publish', name: 'relations', columns: NOTE_COLUMNS }, notes);
  const rows = built.reduce((sum, result) => sum + result.rows, 0);
  await to.execute('insert into tenure_publish.runs values ($1, $2, $3, $4, $5, $6, $7)', [
    job.runId,
    buildId,
    asOf,
    renderMoment(job),
    built.length,
    changed.length,
    rows,
  ]);
}
