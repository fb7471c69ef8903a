import { quoteIdentifier, quoteLiteral } from '../../base/index.ts';
import type { Engine } from '../../engines/index.ts';
import { buildSearchPath, placeSchema, SOURCE_SCHEMAS } from './search-path.ts';
import type { ServerCheck } from './storage.ts';

/** The application state. */
export const STATE_SCHEMA = 'tenure_state';
/** The schema of a warehouse in which it is noted what it was built as. */
export const MARK_SCHEMA = 'tenure_warehouse';
/** Before the names of schemas that are built, that failed, and that were replaced. */
export const NEXT = 'tenure_next_';
export const FAILED = 'tenure_failed_';
export const OLD = 'tenure_old_';

/** PostgreSQL's advisory locks are known by two numbers; the first is ours. */
const LOCK_CLASS = 1952804469;
/** What is locked: jobs, by the one that runs; the warehouse, by readers or by who replaces it; the state, by who changes its tables. */
export const LOCKS = { job: 1, warehouse: 2, state: 3 } as const;
export type Lock = keyof typeof LOCKS;

/** Waits for a lock of the session, does the work, and gives the lock back; the end of the process does too. */
export async function withLock<T>(
  engine: Engine,
  { lock, isShared = false }: { readonly lock: Lock; readonly isShared?: boolean },
  work: () => Promise<T>,
): Promise<T> {
  const [suffix, key] = [isShared ? '_shared' : '', `${LOCK_CLASS}, ${LOCKS[lock]}`];
  await engine.query(`select pg_advisory_lock${suffix}(${key})`);
  try {
    return await work();
  } finally {
    await engine.query(`select pg_advisory_unlock${suffix}(${key})`);
  }
}

/** Takes a lock for the rest of the transaction. */
export async function lockTransaction(engine: Engine, lock: Lock): Promise<void> {
  await engine.query(`select pg_advisory_xact_lock(${LOCK_CLASS}, ${LOCKS[lock]})`);
}

const TABLES = `
create table if not exists warehouse_schemas (name text primary key);
create table if not exists warehouse_swaps (build_id text primary key, built_at timestamptz not null);
`;

/** Makes the schema of the state and the tables that say which schemas are the warehouse's. */
export async function createLayout(engine: Engine): Promise<void> {
  await engine.execute(`create schema if not exists ${quoteIdentifier(STATE_SCHEMA)}`);
  await engine.execute(`set search_path = ${quoteIdentifier(STATE_SCHEMA)}`);
  await engine.execute(TABLES);
}

/** The schemas of the last good warehouse. */
export async function listWarehouseSchemas(engine: Engine): Promise<readonly string[]> {
  const rows = await engine.query(
    `select name from ${quoteIdentifier(STATE_SCHEMA)}.warehouse_schemas order by name`,
  );
  return rows.map((row) => String(row['name']));
}

/** Schemas whose names begin so. */
export async function listSchemas(engine: Engine, prefix: string): Promise<readonly string[]> {
  const rows = await engine.query(
    `select nspname as name from pg_namespace where starts_with(nspname, $1) order by nspname`,
    [prefix],
  );
  return rows.map((row) => String(row['name']));
}

/** The schemas in which a bare name is looked up, those of `first` before all others. */
export async function fetchSearchPath(
  engine: Engine,
  { prefix = '', first = [] }: { readonly prefix?: string; readonly first?: readonly string[] } = {},
): Promise<readonly string[]> {
  const schemas =
    prefix === ''
      ? await listWarehouseSchemas(engine)
      : (await listSchemas(engine, prefix)).map((schema) => schema.slice(prefix.length));
  const path = buildSearchPath([...schemas, ...SOURCE_SCHEMAS]);
  return [...first, ...path.map((schema) => placeSchema(schema, prefix)), 'public'];
}

/** Has bare names looked up in these schemas from now on. */
export async function writeSearchPath(engine: Engine, schemas: readonly string[]): Promise<void> {
  await engine.execute(`set search_path = ${schemas.map(quoteIdentifier).join(', ')}`);
}

export interface Swap {
  readonly buildId: string;
  readonly builtAt: string;
}

/** The last swap; null where the state is not there yet, or nothing was built. */
export async function fetchSwap(engine: Engine): Promise<Swap | null> {
  const [found] = await engine.query(
    `select to_regclass(${quoteLiteral(`${STATE_SCHEMA}.warehouse_swaps`)}) as id`,
  );
  if (found?.['id'] === null) return null;
  const [row] = await engine.query(
    `select build_id, built_at from ${quoteIdentifier(STATE_SCHEMA)}.warehouse_swaps order by built_at desc limit 1`,
  );
  return row === undefined ? null : { buildId: String(row['build_id']), builtAt: String(row['built_at']) };
}

/** True where there are raw tables. */
export async function fetchHasRaw(engine: Engine): Promise<boolean> {
  const [row] = await engine.query(`select to_regclass('loads.batches') is not null as is_there`);
  return row?.['is_there'] === true;
}

/** True where a batch came or was taken back since. */
export async function fetchIsRawNewer(engine: Engine, since: string): Promise<boolean> {
  if (!(await fetchHasRaw(engine))) return false;
  const [row] = await engine.query(
    `select coalesce(max(greatest(started_at, undone_at)) > cast($1 as timestamptz), false) as is_newer from loads.batches`,
    [since],
  );
  return row?.['is_newer'] === true;
}

const OLDEST_SERVER = 15;
const BYTE_ORDER = /^(C|POSIX)(\..*)?$|^C\.UTF-?8$/i;

/** The version of the server, and the order in which the database sorts text. */
export async function fetchServerCheck(engine: Engine): Promise<ServerCheck> {
  const [row] = await engine.query(
    `select current_setting('server_version_num')::integer / 10000 as major, current_setting('server_version') as version,
       datcollate as collation, pg_encoding_to_char(encoding) as encoding
     from pg_database where datname = current_database()`,
  );
  const [collation, encoding] = [row?.['collation'], row?.['encoding']].map(String) as [string, string];
  const server = 'PostgreSQL';
  const detail = `${row?.['version']}, text in ${encoding}, sorted by ${collation}`;
  if (Number(row?.['major']) < OLDEST_SERVER)
    return { server, detail, fix: `Tenure needs PostgreSQL ${OLDEST_SERVER} or later.` };
  if (encoding !== 'UTF8' || !BYTE_ORDER.test(collation))
    return {
      server,
      detail,
      fix: `Ties of text come in another order than elsewhere: create the database with encoding 'UTF8' locale 'C'.`,
    };
  return { server, detail, fix: '' };
}
