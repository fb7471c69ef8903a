import { type Clock, quoteLiteral, quoteRelation, TenureError, utcTime } from '../../base/index.ts';
import type { ClickhousePlace, Engine } from '../../engines/index.ts';
import { STATE_SCHEMA } from './postgres-layout-store.ts';
import { buildSearchPath, SOURCE_SCHEMAS } from './search-path.ts';
import type { ServerCheck } from './storage.ts';

/**
 * What a warehouse is to its readers: the last good one; the one before it, which stays until the next build for whoever still
 * reads it; one under construction; the last that failed.
 */
export type WarehouseRole = 'current' | 'previous' | 'building' | 'failed';

/** A warehouse on the server, as the state has it. */
export interface KnownWarehouse {
  /** Part of the names of its databases. */
  readonly number: number;
  readonly role: WarehouseRole;
  readonly buildId: string;
  /** ISO 8601 in UTC. */
  readonly builtAt: string;
}

const WAREHOUSES = quoteRelation(STATE_SCHEMA, 'clickhouse_warehouses');
const OWNER = quoteRelation(STATE_SCHEMA, 'clickhouse_owner');
const NUMBERS = quoteLiteral(quoteRelation(STATE_SCHEMA, 'clickhouse_numbers'));

const TABLES = `
create sequence if not exists ${quoteRelation(STATE_SCHEMA, 'clickhouse_numbers')};
create table if not exists ${WAREHOUSES} (
  number bigint primary key, role text not null, build_id text not null, built_at timestamptz not null
);
create table if not exists ${OWNER} (workspace_id text primary key);
insert into ${OWNER} select cast(gen_random_uuid() as text) where not exists (select 1 from ${OWNER});
`;

/** Makes the tables of the state that say what lies on the ClickHouse server. */
export async function createClickhouseLayout(state: Engine): Promise<void> {
  await state.execute(TABLES);
}

/** What the names of a warehouse's databases begin with. */
export function buildPrefix(number: number): string {
  return `tenure_${number}_`;
}

/** Text about a warehouse without the numbers in the names of its databases. */
export function stripPrefixes(text: string): string {
  return text.replaceAll(/\btenure_\d+_/g, '');
}

/** The number in a prefix that `buildPrefix` made. */
export function parsePrefix(prefix: string): number {
  return Number(/^tenure_(\d+)_$/.exec(prefix)?.[1]);
}

/** Notes a new warehouse before anything of it stands, so that what a killed build leaves is found. */
export async function allotWarehouse(state: Engine, clock: Clock): Promise<number> {
  const [row] = await state.query(
    `insert into ${WAREHOUSES}
     select nextval(${NUMBERS}), 'building', '', cast($1 as timestamptz) returning number`,
    [utcTime(clock)],
  );
  return Number(row?.['number']);
}

/** The warehouses there are, the newest first. */
export async function listWarehouses(state: Engine): Promise<readonly KnownWarehouse[]> {
  const rows = await state.query(
    `select number, role, build_id, built_at from ${WAREHOUSES}
     order by number desc`,
  );
  return rows.map((row) => ({
    number: Number(row['number']),
    role: String(row['role']) as WarehouseRole,
    buildId: String(row['build_id']),
    builtAt: String(row['built_at']),
  }));
}

export async function fetchWarehouse(state: Engine, role: WarehouseRole): Promise<KnownWarehouse | null> {
  return (await listWarehouses(state)).find((warehouse) => warehouse.role === role) ?? null;
}

export async function writeRole(state: Engine, number: number, role: WarehouseRole): Promise<void> {
  await state.execute(`update ${WAREHOUSES} set role = $2 where number = $1`, [number, role]);
}

/** Makes a finished warehouse the current one. Inside a transaction. */
export async function writeCurrent(
  state: Engine,
  { number, buildId }: { readonly number: number; readonly buildId: string },
  clock: Clock,
): Promise<void> {
  await state.execute(`update ${WAREHOUSES} set role = 'previous' where role = 'current'`);
  await state.execute(
    `update ${WAREHOUSES} set role = 'current', build_id = $2, built_at = cast($3 as timestamptz) where number = $1`,
    [number, buildId, utcTime(clock)],
  );
}

export async function forgetWarehouse(state: Engine, number: number): Promise<void> {
  await state.execute(`delete from ${WAREHOUSES} where number = $1`, [number]);
}

/** A name for a session on the server that no other has. */
export async function drawSessionName(state: Engine): Promise<string> {
  const [row] = await state.query('select cast(gen_random_uuid() as text) as name');
  return String(row?.['name']);
}

/** The databases of a warehouse on the server. */
export async function listDatabases(server: Engine, number: number): Promise<readonly string[]> {
  const rows = await server.query(
    `select name from system.databases where startsWith(name, $1) order by name`,
    [buildPrefix(number)],
  );
  return rows.map((row) => String(row['name']));
}

/** The place in which the names of a warehouse, and of the raw tables, are found. */
export async function fetchPlace(server: Engine, number: number): Promise<ClickhousePlace> {
  const prefix = buildPrefix(number);
  const schemas = (await listDatabases(server, number)).map((database) => database.slice(prefix.length));
  const path = buildSearchPath([...schemas, ...SOURCE_SCHEMAS]);
  const isSource = (schema: string) => SOURCE_SCHEMAS.includes(schema);
  return {
    schemas: new Map(path.map((schema) => [schema, isSource(schema) ? schema : `${prefix}${schema}`])),
  };
}

/** The place in which the raw tables are found. */
export const RAW_PLACE: ClickhousePlace = {
  schemas: new Map(
    SOURCE_SCHEMAS.flatMap((schema) => [schema, `${schema}_history`]).map((name) => [name, name]),
  ),
};

/** True where there are raw tables. */
export async function fetchHasRaw(server: Engine): Promise<boolean> {
  return (await server.fetchKind('loads', 'batches')) !== null;
}

/** True where a batch came or was taken back since. */
export async function fetchIsRawNewer(server: Engine, since: string): Promise<boolean> {
  if (!(await fetchHasRaw(server))) return false;
  const [row] = await server.query(
    `select count(*) as n from loads.batches
     where started_at > cast($1 as timestamptz) or undone_at > cast($1 as timestamptz)`,
    [since],
  );
  return Number(row?.['n']) > 0;
}

/**
 * Verifies that the server holds no other workspace's tables, and notes whose they are where it holds none.
 *
 * @throws TenureError SERVER_TAKEN
 */
export async function assertOwner(state: Engine, server: Engine): Promise<void> {
  const [own] = await state.query(`select workspace_id from ${OWNER}`);
  const id = String(own?.['workspace_id']);
  await server.execute(server.dialect.createSchema('loads'));
  await server.execute('create table if not exists loads.owner (workspace_id varchar)');
  const [found] = await server.query('select workspace_id from loads.owner');
  if (found === undefined) await server.execute('insert into loads.owner (workspace_id) values ($1)', [id]);
  else if (found['workspace_id'] !== id) throw new TenureError('SERVER_TAKEN');
}

const OLDEST_SERVER = [25, 8] as const;

/** The version of the server. */
export async function fetchClickhouseCheck(server: Engine): Promise<ServerCheck> {
  const [row] = await server.query('select version() as version');
  const version = String(row?.['version']);
  const [major = 0, minor = 0] = version.split('.').map(Number);
  const isOld = major < OLDEST_SERVER[0] || (major === OLDEST_SERVER[0] && minor < OLDEST_SERVER[1]);
  const fix = isOld ? `Tenure needs ClickHouse ${OLDEST_SERVER.join('.')} or later.` : '';
  return { server: 'ClickHouse', detail: version, fix };
}
