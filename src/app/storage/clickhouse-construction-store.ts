import { type Clock, errorText, quoteIdentifier, quoteRelation, TenureError } from '../../base/index.ts';
import type { ClickhouseEngine, Engine, RelationInfo } from '../../engines/index.ts';
import {
  buildPrefix,
  fetchPlace,
  fetchWarehouse,
  forgetWarehouse,
  listDatabases,
  listWarehouses,
  stripPrefixes,
  writeCurrent,
  writeRole,
} from './clickhouse-layout-store.ts';
import { type Mirroring, prepareMirror, swapMirror } from './mirror-store.ts';
import { runBetweenReaders } from './postgres-construction-store.ts';
import type { CarriedRelation, LostRelation } from './storage.ts';

/** The two databases a workspace lies in. */
export interface ClickhouseWorkspace {
  readonly server: ClickhouseEngine;
  readonly state: Engine;
}

/** A warehouse that is built. */
export interface NewWarehouse extends ClickhouseWorkspace {
  readonly number: number;
}

/** Drops a warehouse, and what notes it. */
export async function dropWarehouse({ server, state, number }: NewWarehouse): Promise<void> {
  for (const database of await listDatabases(server, number))
    await server.execute(`drop database if exists ${quoteIdentifier(database)} sync`);
  await forgetWarehouse(state, number);
}

/** Drops what nobody reads any more: the warehouse before the current one, and what a killed build left. */
export async function dropUnread({ server, state, number }: NewWarehouse): Promise<void> {
  for (const { number: other, role } of await listWarehouses(state)) {
    const isUnread = role === 'previous' || role === 'building';
    if (isUnread && other !== number) await dropWarehouse({ server, state, number: other });
  }
}

/**
 * Carries relations of the current warehouse into the one that is built; a view is made anew, by the SQL of this build.
 *
 * @returns those that were there
 */
export async function carryRelations(
  { server, state, number }: NewWarehouse,
  relations: readonly CarriedRelation[],
  compile: (id: string) => string,
): Promise<readonly CarriedRelation[]> {
  const current = await fetchWarehouse(state, 'current');
  if (current === null) return [];
  const carried: CarriedRelation[] = [];
  for (const relation of relations) {
    const schema = `${buildPrefix(current.number)}${relation.schema.slice(buildPrefix(number).length)}`;
    const kind = await server.fetchKind(schema, relation.name);
    if (kind === null) continue;
    await server.execute(server.dialect.createSchema(quoteIdentifier(relation.schema)));
    const to = quoteRelation(relation.schema, relation.name);
    // A clone shares its rows with the first until they change.
    const like = `${relation.hasRows ? 'clone as' : 'as'} ${quoteRelation(schema, relation.name)}`;
    if (kind === 'table') await server.execute(`create table ${to} ${like}`);
    // A view that does not bind was lost before, with a word; it is not lost a second time.
    else if (!(await isMade(server, `create view ${to} as ${compile(relation.id)}`))) continue;
    carried.push(relation);
  }
  return carried;
}

async function isMade(server: Engine, statement: string): Promise<boolean> {
  return server.execute(statement).then(
    () => true,
    () => false,
  );
}

/** Drops the views among carried relations that no longer fit what was built below them. */
export async function dropUnfitting(
  server: Engine,
  relations: readonly CarriedRelation[],
): Promise<readonly LostRelation[]> {
  const lost: LostRelation[] = [];
  for (const relation of relations) {
    const target = quoteRelation(relation.schema, relation.name);
    const problem = await server.describe(`select * from ${target}`).then(() => null, errorText);
    if (problem === null) continue;
    await server.execute(`drop view if exists ${target}`);
    lost.push({ ...relation, problem });
  }
  return lost;
}

/** A relation on the server, and whether it is a view of ours that has a plain name say what a warehouse says. */
interface ServedRelation extends RelationInfo {
  readonly isOurs: boolean;
}

async function listServed(server: Engine): Promise<readonly ServedRelation[]> {
  const rows = await server.query(
    `select database, name from system.tables
     where engine = 'View' and match(as_select, '^SELECT [*] FROM .?tenure_[0-9]+_')`,
  );
  const ours = new Set(rows.map((row) => quoteRelation(String(row['database']), String(row['name']))));
  return (await server.listRelations()).map((relation) => ({
    ...relation,
    isOurs: ours.has(quoteRelation(relation.schema, relation.name)),
  }));
}

/** The plain names of what a warehouse has. */
function listPlainNames(relations: readonly ServedRelation[], number: number) {
  const prefix = buildPrefix(number);
  return relations
    .filter(({ schema }) => schema.startsWith(prefix))
    .map(({ schema, name }) => ({ schema: schema.slice(prefix.length), name }));
}

/**
 * Verifies that the databases under the plain names of a warehouse's schemas hold no tables, and no views of others where ours
 * would be.
 *
 * @throws TenureError SCHEMA_TAKEN
 */
async function assertOurs(server: Engine, number: number): Promise<void> {
  const relations = await listServed(server);
  const plain = listPlainNames(relations, number);
  const schemas = new Set(plain.map(({ schema }) => schema));
  const names = new Set(plain.map(({ schema, name }) => quoteRelation(schema, name)));
  const taken = relations.find(
    ({ schema, name, kind, isOurs }) =>
      schemas.has(schema) && !isOurs && (kind === 'table' || names.has(quoteRelation(schema, name))),
  );
  if (taken !== undefined) throw new TenureError('SCHEMA_TAKEN', { schema: taken.schema });
}

/** Has the plain names, `marts.predictions`, say what the current warehouse says: views, one after the other. */
export async function serveNames({ server, state }: ClickhouseWorkspace): Promise<void> {
  const current = await fetchWarehouse(state, 'current');
  if (current === null) return;
  const prefix = buildPrefix(current.number);
  const relations = await listServed(server);
  const names = listPlainNames(relations, current.number);
  for (const schema of new Set(names.map((one) => one.schema)))
    await server.execute(server.dialect.createSchema(quoteIdentifier(schema)));
  for (const { schema, name } of names)
    await server.execute(
      `create or replace view ${quoteRelation(schema, name)} as select * from ${quoteRelation(`${prefix}${schema}`, name)}`,
    );
  const served = new Set(names.map(({ schema, name }) => quoteRelation(schema, name)));
  for (const { schema, name, isOurs } of relations) {
    const relation = quoteRelation(schema, name);
    const isPlain = stripPrefixes(schema) === schema;
    if (isOurs && isPlain && !served.has(relation)) await server.execute(`drop view if exists ${relation}`);
  }
}

/** Keeps a warehouse that failed, to look into. */
export async function keepFailed({ server, state, number }: NewWarehouse): Promise<void> {
  const last = await fetchWarehouse(state, 'failed');
  await writeRole(state, number, 'failed');
  if (last !== null) await dropWarehouse({ server, state, number: last.number });
}

/**
 * Makes a finished warehouse the current one: one row of the state says which that is, so readers have the old one or the new
 * one, whole. Only then the plain names follow.
 *
 * @throws TenureError SCHEMA_TAKEN
 */
export async function publishWarehouse(
  warehouse: NewWarehouse,
  {
    buildId,
    clock,
    scratchPath,
  }: { readonly buildId: string; readonly clock: Clock } & Pick<Mirroring, 'scratchPath'>,
): Promise<void> {
  const { server, state, number } = warehouse;
  await assertOurs(server, number);
  const reader = await server.connectTo(await fetchPlace(server, number));
  await prepareMirror({ warehouse: reader, state, scratchPath });
  const failed = await fetchWarehouse(state, 'failed');
  await runBetweenReaders(state, async () => {
    await swapMirror(state);
    await writeCurrent(state, { number, buildId }, clock);
  });
  await serveNames(warehouse);
  if (failed !== null) await dropWarehouse({ ...warehouse, number: failed.number });
}
