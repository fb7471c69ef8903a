import { setTimeout as sleep } from 'node:timers/promises';
import { errorText, quoteIdentifier, quoteRelation, TenureError } from '../base/index.ts';
import { type Engine, isBusy } from '../engines/index.ts';
import { listGrants, renderGrant, renderRevoke } from './postgres-grants-store.ts';
import { quoteTable, renderName } from './publish-job.ts';

/** A table to put in place, or to take away. */
export interface SwapTable {
  readonly schema: string;
  readonly name: string;
  /** The schema in which the new one was made; null where the table goes without another in its place. */
  readonly scratch: string | null;
  /** The schema the old one is put aside into; null where none stands. */
  readonly aside: string | null;
}

/** So long a reader may have to wait behind a swap that waits for others; then the swap steps back and tries again. */
const LOCK_MILLISECONDS = 300;
const PAUSE_MILLISECONDS = 200;
const ATTEMPTS = 60;

const VIEWS = `
select distinct
    view.relkind = 'm' as is_materialized,
    namespace.nspname as schema,
    view.relname as name,
    array_to_string(view.reloptions, ', ') as options,
    pg_get_viewdef(view.oid) as definition
from pg_depend as dependency
inner join pg_rewrite as rewrite on rewrite.oid = dependency.objid
inner join pg_class as view on view.oid = rewrite.ev_class and view.relkind in ('v', 'm')
inner join pg_namespace as namespace on namespace.oid = view.relnamespace
where dependency.refclassid = 'pg_class'::regclass
    and dependency.classid = 'pg_rewrite'::regclass
    and dependency.refobjid = any(cast($1 as regclass[]))
order by schema, name`;

const GUARDED = `
select relation.oid::regclass::text as relation
from pg_class as relation
where relation.oid = any(cast($1 as regclass[])) and (
    relation.relrowsecurity
    or exists (select from pg_trigger as item where item.tgrelid = relation.oid and not item.tgisinternal)
)
order by relation limit 1`;

const BLOCKERS = `
select distinct activity.usename as role, activity.pid as process
from pg_locks as held inner join pg_stat_activity as activity on activity.pid = held.pid
where held.relation = any(cast($1 as regclass[])) and held.granted and held.pid <> pg_backend_pid()
order by process limit 3`;

/** Tables as the text of an array of PostgreSQL. */
function renderArray(tables: readonly SwapTable[]): string {
  const quoted = tables.map(
    (table) => `"${quoteTable(table).replaceAll('\\', '\\\\').replaceAll('"', '\\"')}"`,
  );
  return `{${quoted.join(',')}}`;
}

/** A view somebody made on published tables, as the statement that lets it read what has their names now. */
interface Rebinding {
  readonly view: string;
  readonly sql: string;
}

/** @throws TenureError PUBLISH_DEPENDANT where the view does not fit what it reads now, or belongs to somebody else */
async function writeView(to: Engine, { view, sql }: Rebinding): Promise<void> {
  await to.execute(sql).catch((error: unknown) => {
    if (isBusy(error)) throw error;
    const details = { relation: view, problem: errorText(error) };
    throw new TenureError('PUBLISH_DEPENDANT', details, { cause: error });
  });
}

/** Lists the views on tables. @throws TenureError PUBLISH_DEPENDANT for what cannot follow to a new table */
async function listRebindings(to: Engine, tables: readonly SwapTable[]): Promise<readonly Rebinding[]> {
  const [guarded] = await to.query(GUARDED, [renderArray(tables)]);
  if (guarded !== undefined) {
    const problem = 'it has triggers or row-level security, which a new table would lack';
    throw new TenureError('PUBLISH_DEPENDANT', { relation: String(guarded['relation']), problem });
  }
  const rows = await to.query(VIEWS, [renderArray(tables)]);
  return rows.map((row) => {
    const view = { schema: String(row['schema']), name: String(row['name']) };
    if (row['is_materialized'] === true) {
      const problem = 'it is a materialized view on a published table, and would be lost with it';
      throw new TenureError('PUBLISH_DEPENDANT', { relation: renderName(view), problem });
    }
    const options = row['options'] === null ? '' : ` with (${row['options']})`;
    const sql = `create or replace view ${quoteTable(view)}${options} as ${row['definition']}`;
    return { view: renderName(view), sql };
  });
}

/**
 * Locks out readers for the moment of the swap; whoever reads is waited for in short turns. Views come first, as they do for their
 * readers: one who holds a view and waits for its table would wait for ever for a swap that waits for the view. A view is locked by
 * writing it as it is, since `lock table` would lock everything else it reads as well.
 */
async function lockAll(
  to: Engine,
  tables: readonly SwapTable[],
  rebindings: readonly Rebinding[],
): Promise<void> {
  const names = tables.map(quoteTable).join(', ');
  for (let attempt = 1; ; attempt += 1) {
    await to.execute(`savepoint before_lock; set local lock_timeout = ${LOCK_MILLISECONDS}`);
    try {
      for (const rebinding of rebindings) await writeView(to, rebinding);
      await to.execute(`lock table ${names} in access exclusive mode`);
      await to.execute('set local lock_timeout = 0');
      return;
    } catch (error) {
      await to.execute('rollback to savepoint before_lock');
      if (!isBusy(error)) throw error;
      if (attempt === ATTEMPTS) throw await buildBlocked(to, tables);
    }
    await sleep(PAUSE_MILLISECONDS);
  }
}

async function buildBlocked(to: Engine, tables: readonly SwapTable[]): Promise<TenureError> {
  const rows = await to.query(BLOCKERS, [renderArray(tables)]);
  const readers = rows.map(({ role, process }) => `${role} (process ${process})`).join(', ');
  const seconds = (ATTEMPTS * (LOCK_MILLISECONDS + PAUSE_MILLISECONDS)) / 1000;
  return new TenureError('PUBLISH_BLOCKED', { seconds, readers });
}

/** The privileges that the new tables get: those of the old ones, else those that the schema gives by default. */
async function listPrivileges(to: Engine, tables: readonly SwapTable[]): Promise<readonly string[]> {
  const statements: string[] = [];
  for (const table of tables) {
    const { schema, name, scratch, aside } = table;
    if (scratch === null) continue;
    const made = { schema: scratch, name };
    if (aside !== null) {
      const given = await listGrants(to, made);
      statements.push(...given.map((grant) => renderRevoke(grant, table)));
    }
    const columns = new Set((await to.listColumns(scratch, name)).map((column) => column.name));
    const grants = await listGrants(to, { schema, name });
    statements.push(
      ...grants
        .filter(({ column }) => column === null || columns.has(column))
        .map((grant) => renderGrant(grant, table)),
    );
  }
  return statements;
}

/**
 * Puts new tables in the place of old ones, inside the caller's transaction: readers see all the old ones until it is
 * committed, and all the new ones from then on. Views on them read the new ones, and stay the views they were.
 *
 * @throws TenureError PUBLISH_DEPENDANT when something on an old table cannot follow, PUBLISH_BLOCKED when readers hold one
 *   for too long
 */
export async function swapTables(to: Engine, tables: readonly SwapTable[]): Promise<void> {
  const standing = tables.filter(({ aside }) => aside !== null);
  const rebindings = standing.length === 0 ? [] : await listRebindings(to, standing);
  const privileges = await listPrivileges(to, tables);
  const moves = tables.flatMap(({ schema, name, scratch, aside }) => [
    ...(aside === null
      ? []
      : [`alter table ${quoteRelation(schema, name)} set schema ${quoteIdentifier(aside)}`]),
    ...(scratch === null
      ? []
      : [`alter table ${quoteRelation(scratch, name)} set schema ${quoteIdentifier(schema)}`]),
  ]);
  if (standing.length > 0) await lockAll(to, standing, rebindings);
  await to.execute(moves.join('; '));
  for (const rebinding of rebindings) await writeView(to, rebinding);
  const drops = standing.map(({ name, aside }) => `drop table ${quoteRelation(aside ?? '', name)}`);
  if (drops.length > 0)
    await to.execute(drops.join('; ')).catch((error: unknown) => {
      const details = { relation: 'what refers to them', problem: errorText(error) };
      throw new TenureError('PUBLISH_DEPENDANT', details, { cause: error });
    });
  if (privileges.length > 0) await to.execute(privileges.join('; '));
}
