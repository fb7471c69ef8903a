import { setTimeout as sleep } from 'node:timers/promises';
import {
  type Clock,
  errorText,
  quoteIdentifier,
  quoteLiteral,
  quoteRelation,
  TenureError,
  utcTime,
} from '../../base/index.ts';
import { type Engine, isBusy, lookAtRows } from '../../engines/index.ts';
import { fetchBuildMark } from './build-mark-store.ts';
import {
  FAILED,
  listSchemas,
  listWarehouseSchemas,
  lockTransaction,
  MARK_SCHEMA,
  NEXT,
  OLD,
  STATE_SCHEMA,
} from './postgres-layout-store.ts';
import type { CarriedRelation, LostRelation } from './storage.ts';

/** Drops what an earlier build left, finished or not. */
export async function dropLeftovers(engine: Engine): Promise<void> {
  for (const prefix of [NEXT, OLD]) {
    for (const schema of await listSchemas(engine, prefix))
      await engine.execute(`drop schema ${quoteIdentifier(schema)} cascade`);
  }
}

async function carryTable(engine: Engine, relation: CarriedRelation): Promise<void> {
  const name = relation.name;
  const [from, to] = [
    quoteRelation(relation.schema.slice(NEXT.length), name),
    quoteRelation(relation.schema, name),
  ];
  await engine.execute(`create table ${to} (like ${from} including all)`);
  if (!relation.hasRows) return;
  await engine.execute(`insert into ${to} select * from ${from}`);
  await lookAtRows(engine, to);
}

/**
 * Carries relations of the last warehouse into the one that is built; a view is made anew, by the SQL of this build.
 *
 * @returns those that were there
 */
export async function carryRelations(
  engine: Engine,
  relations: readonly CarriedRelation[],
  compile: (id: string) => string,
): Promise<readonly CarriedRelation[]> {
  const known = new Set(await listWarehouseSchemas(engine));
  const carried: CarriedRelation[] = [];
  for (const relation of relations) {
    const schema = relation.schema.slice(NEXT.length);
    const kind = known.has(schema) ? await engine.fetchKind(schema, relation.name) : null;
    if (kind === null) continue;
    await engine.execute(`create schema if not exists ${quoteIdentifier(relation.schema)}`);
    if (kind === 'table') await carryTable(engine, relation);
    else {
      const view = `create view ${quoteRelation(relation.schema, relation.name)} as ${compile(relation.id)}`;
      // A view that does not bind was lost before, with a word; it is not lost a second time.
      const isMade = await engine.execute(view).then(
        () => true,
        () => false,
      );
      if (!isMade) continue;
    }
    carried.push(relation);
  }
  return carried;
}

/** A view binds when it is made, so what stands fits; one that went with a table it read is lost. */
export async function listLost(
  engine: Engine,
  relations: readonly CarriedRelation[],
): Promise<readonly LostRelation[]> {
  const lost: LostRelation[] = [];
  for (const relation of relations) {
    const { schema, name } = relation;
    if ((await engine.fetchKind(schema, name)) !== null) continue;
    lost.push({ ...relation, problem: 'what it reads was built anew and no longer fits' });
  }
  return lost;
}

/** A view of somebody else's over the warehouse, and how it is made. */
interface OutsideView {
  readonly relation: string;
  readonly isMaterialized: boolean;
  /** The statement that has it read what has the names of now. */
  readonly sql: string;
}

/** Views outside the given schemas that read a relation of them, in the names those have now. */
async function listOutsideViews(engine: Engine, schemas: readonly string[]): Promise<readonly OutsideView[]> {
  if (schemas.length === 0) return [];
  const list = schemas.map(quoteLiteral).join(', ');
  const rows = await engine.query(
    `select distinct namespace.nspname as schema, view.relname as name, view.relkind = 'm' as is_materialized,
       array_to_string(view.reloptions, ', ') as options, pg_get_viewdef(view.oid) as definition
     from pg_depend as dependency
     inner join pg_rewrite as rewrite on rewrite.oid = dependency.objid and dependency.classid = 'pg_rewrite'::regclass
     inner join pg_class as view on view.oid = rewrite.ev_class and view.relkind in ('v', 'm')
     inner join pg_namespace as namespace on namespace.oid = view.relnamespace
     inner join pg_class as relation on relation.oid = dependency.refobjid and dependency.refclassid = 'pg_class'::regclass
     inner join pg_namespace as read on read.oid = relation.relnamespace
     where read.nspname in (${list}) and namespace.nspname not in (${list})
       and not starts_with(namespace.nspname, 'tenure_')
     order by 1, 2`,
  );
  return rows.map((row) => {
    const relation = quoteRelation(String(row['schema']), String(row['name']));
    const options = row['options'] === null ? '' : ` with (${row['options']})`;
    return {
      relation,
      isMaterialized: row['is_materialized'] === true,
      sql: `create or replace view ${relation}${options} as ${row['definition']}`,
    };
  });
}

/** Who but the owner may read a schema's tables. */
async function listGrants(
  engine: Engine,
  schemas: readonly string[],
): Promise<readonly { readonly schema: string; readonly role: string }[]> {
  if (schemas.length === 0) return [];
  const rows = await engine.query(
    `select namespace.nspname as schema, coalesce(role.rolname, 'public') as role
     from pg_namespace as namespace
     cross join lateral aclexplode(namespace.nspacl) as entry
     left join pg_roles as role on role.oid = entry.grantee
     where namespace.nspname in (${schemas.map(quoteLiteral).join(', ')})
       and entry.privilege_type = 'USAGE' and entry.grantee <> namespace.nspowner
     order by 1, 2`,
  );
  return rows.map((row) => ({ schema: String(row['schema']), role: String(row['role']) }));
}

/** Another's schema may have the name that one of ours takes: then nothing is put in its place. */
async function assertOurs(engine: Engine, names: readonly string[], known: readonly string[]): Promise<void> {
  for (const name of names) {
    if (known.includes(name)) continue;
    const [row] = await engine.query(
      `select count(*) as n from pg_class as relation
       inner join pg_namespace as namespace on namespace.oid = relation.relnamespace where namespace.nspname = $1`,
      [name],
    );
    if (Number(row?.['n']) > 0) throw new TenureError('SCHEMA_TAKEN', { schema: name });
    await engine.execute(`drop schema if exists ${quoteIdentifier(name)}`);
  }
}

async function renameSchemas(
  engine: Engine,
  names: readonly string[],
  { from = '', to = '' }: { readonly from?: string; readonly to?: string },
): Promise<void> {
  for (const name of names)
    await engine.execute(
      `alter schema ${quoteIdentifier(`${from}${name}`)} rename to ${quoteIdentifier(`${to}${name}`)}`,
    );
}

async function grantAnew(
  engine: Engine,
  grants: Awaited<ReturnType<typeof listGrants>>,
  names: readonly string[],
): Promise<void> {
  for (const { schema, role } of grants) {
    if (!names.includes(schema)) continue;
    const [place, grantee] = [quoteIdentifier(schema), role === 'public' ? role : quoteIdentifier(role)];
    await engine.execute(`grant usage on schema ${place} to ${grantee}`);
    await engine.execute(`grant select on all tables in schema ${place} to ${grantee}`);
  }
}

/** Has the views of others read the new relations. Returns those that cannot, and why. */
async function rebindViews(engine: Engine, views: readonly OutsideView[]): Promise<readonly string[]> {
  const stored = views.filter(({ isMaterialized }) => isMaterialized);
  const lost = stored.map(({ relation }) => `${relation} is materialized, and cannot read another table`);
  for (const { relation, isMaterialized, sql } of views) {
    if (isMaterialized) continue;
    await engine.execute('savepoint before_view');
    try {
      await engine.execute(sql);
      await engine.execute('release savepoint before_view');
    } catch (error) {
      await engine.execute('rollback to savepoint before_view');
      lost.push(`${relation}: ${errorText(error)}`);
    }
  }
  return lost;
}

async function fetchNextNames(engine: Engine): Promise<readonly string[]> {
  return (await listSchemas(engine, NEXT)).map((schema) => schema.slice(NEXT.length));
}

/** Keeps a warehouse that failed, to look into. */
export async function keepFailed(engine: Engine): Promise<void> {
  await engine.transaction(async () => {
    for (const schema of await listSchemas(engine, FAILED))
      await engine.execute(`drop schema ${quoteIdentifier(schema)} cascade`);
    await renameSchemas(engine, await fetchNextNames(engine), { from: NEXT, to: FAILED });
  });
}

async function swapSchemas(engine: Engine, names: readonly string[], clock: Clock): Promise<void> {
  const known = await listWarehouseSchemas(engine);
  await assertOurs(engine, names, known);
  const [views, grants] = [await listOutsideViews(engine, known), await listGrants(engine, known)];
  await renameSchemas(engine, known, { to: OLD });
  await renameSchemas(engine, names, { from: NEXT });
  await grantAnew(engine, grants, names);
  const lost = await rebindViews(engine, views);
  if (lost.length > 0) throw new TenureError('VIEWS_IN_THE_WAY', { views: lost.join('; ') });
  const state = quoteIdentifier(STATE_SCHEMA);
  await engine.execute(`delete from ${state}.warehouse_schemas`);
  for (const name of names)
    await engine.execute(`insert into ${state}.warehouse_schemas values ($1)`, [name]);
  const mark = await fetchBuildMark(engine, MARK_SCHEMA);
  await engine.execute(`delete from ${state}.warehouse_swaps`);
  await engine.execute(`insert into ${state}.warehouse_swaps values ($1, cast($2 as timestamptz))`, [
    mark?.id ?? '',
    utcTime(clock),
  ]);
}

const TURN_MS = 300;

/**
 * Runs work in a transaction while nobody reads the warehouse. Whoever waits for readers keeps new ones waiting, so it waits in
 * short turns and lets them pass in between.
 */
export async function runBetweenReaders(engine: Engine, work: () => Promise<void>): Promise<void> {
  while (true) {
    let hasBegun = false;
    try {
      return await engine.transaction(async () => {
        await engine.execute(`set local lock_timeout = ${TURN_MS}`);
        await lockTransaction(engine, 'warehouse');
        hasBegun = true;
        await engine.execute('set local lock_timeout = 0');
        await work();
      });
    } catch (error) {
      if (hasBegun || !isBusy(error)) throw error;
      await sleep(TURN_MS);
    }
  }
}

/**
 * Puts the finished schemas in the place of those there are, in one transaction: who reads meanwhile sees the old ones, who
 * comes next the new ones.
 *
 * @throws TenureError SCHEMA_TAKEN, VIEWS_IN_THE_WAY
 */
export async function swapWarehouse(engine: Engine, clock: Clock): Promise<void> {
  const names = await fetchNextNames(engine);
  await runBetweenReaders(engine, () => swapSchemas(engine, names, clock));
  for (const prefix of [OLD, FAILED]) {
    for (const schema of await listSchemas(engine, prefix))
      await engine.execute(`drop schema ${quoteIdentifier(schema)} cascade`);
  }
}
