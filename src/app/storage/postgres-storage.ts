import { hashSecret, TenureError } from '../../base/index.ts';
import { type Engine, postgresDialect } from '../../engines/index.ts';
import { runRemoteLoad } from '../../load/index.ts';
import type { Workspace } from '../workspace.ts';
import { fetchBuildMark, writeBuildMark } from './build-mark-store.ts';
import {
  carryRelations,
  dropLeftovers,
  keepFailed,
  listLost,
  swapWarehouse,
} from './postgres-construction-store.ts';
import { PostgresDatabase } from './postgres-database.ts';
import {
  FAILED,
  fetchHasRaw,
  fetchIsRawNewer,
  fetchSearchPath,
  fetchServerCheck,
  fetchSwap,
  listSchemas,
  MARK_SCHEMA,
  NEXT,
  STATE_SCHEMA,
  withLock,
  writeSearchPath,
} from './postgres-layout-store.ts';
import { openPostgresReaders } from './postgres-readers.ts';
import { openRawTables, openRemoteRawConstruction } from './remote-raw.ts';
import { placeSchema } from './search-path.ts';
import type {
  Construction,
  OpenOptions,
  QueryTarget,
  Storage,
  StorageWorld,
  WarehouseBeside,
} from './storage.ts';

const PLACE = 'the PostgreSQL database of TENURE_DATABASE_URL';

/** The first statement of a session that reads the warehouse sees it as it is then; each of its own. */
async function openTarget(
  database: PostgresDatabase,
  target: QueryTarget,
  { hasTemporaryTables = false }: OpenOptions = {},
): Promise<Engine> {
  const engine = await database.connect();
  try {
    const isThere =
      target === 'raw'
        ? await fetchHasRaw(engine)
        : target === 'failed'
          ? (await listSchemas(engine, FAILED)).length > 0
          : (await fetchSwap(engine)) !== null;
    if (!isThere) throw new TenureError('WAREHOUSE_MISSING', { path: PLACE });
    const searchPath =
      target === 'raw'
        ? ['raw', 'marketing', 'loads']
        : await fetchSearchPath(engine, target === 'failed' ? { prefix: FAILED } : {});
    const settings = hasTemporaryTables ? {} : { default_transaction_read_only: 'on' };
    return await database.connect({ searchPath, settings });
  } finally {
    await engine.close();
  }
}

async function openConstruction(database: PostgresDatabase, { clock }: StorageWorld): Promise<Construction> {
  const engine = await database.connect({ schemaPrefix: NEXT });
  try {
    await dropLeftovers(engine);
  } catch (error) {
    await engine.close();
    throw error;
  }
  return {
    engine,
    holdsLast: false,
    isSmall: true,
    carry: (relations, compile) => carryRelations(engine, relations, compile),
    dropUnfitting: (relations) => listLost(engine, relations),
    writeMark: (mark) => writeBuildMark(engine, `${NEXT}${MARK_SCHEMA}`, mark),
    publish: async (isGood) => {
      await (isGood ? swapWarehouse(engine, clock) : keepFailed(engine));
      return isGood ? PLACE : `the schemas ${FAILED}… of ${PLACE}`;
    },
    close: async () => {
      await dropLeftovers(engine).finally(() => engine.close());
    },
  };
}

async function withWarehouse<T>(state: Engine, work: (beside: WarehouseBeside) => Promise<T>): Promise<T> {
  return withLock(state, { lock: 'warehouse', isShared: true }, async () => {
    const mark = await fetchBuildMark(state, MARK_SCHEMA);
    if (mark === null) throw new TenureError('WAREHOUSE_MISSING', { path: PLACE });
    await writeSearchPath(state, await fetchSearchPath(state, { first: [STATE_SCHEMA] }));
    try {
      return await work({ mark, warehouse: state });
    } finally {
      await writeSearchPath(state, [STATE_SCHEMA]);
    }
  });
}

/** One database: raw tables, warehouse and state in schemas of their own. Several processes may work with it. */
export function openPostgresStorage(world: StorageWorld): Storage {
  const { root }: Workspace = world.workspace;
  const url = world.environment['TENURE_DATABASE_URL'];
  const database = new PostgresDatabase(url);
  const openRaw = async () => openRawTables(await database.connect(), world.clock);
  const fetchMark = (engine: Engine) => fetchBuildMark(engine, MARK_SCHEMA);
  const fetchLastSwap = () => database.ask(fetchSwap);
  return Object.freeze({
    key: `${root} ${hashSecret(url ?? '')}`,
    ownedFile: null,
    checkServers: async () => [await database.ask(fetchServerCheck)],
    allotPrefix: async () => NEXT,
    describeTarget: (schemaPrefix: string) => ({
      target: { name: 'tenure', schema: 'main', type: 'postgres' as const, database: null },
      dialect: postgresDialect,
      storesSourceViews: true,
      placeSchema: (schema: string) => placeSchema(schema, schemaPrefix),
    }),
    renderPublished: (text: string) => text.replaceAll(NEXT, ''),
    openState: () => database.connect({ searchPath: [STATE_SCHEMA] }),
    runJob: (work) => database.ask((engine) => withLock(engine, { lock: 'job' }, work)),
    withWarehouse,
    open: (target, options) => openTarget(database, target, options),
    openReaders: () => openPostgresReaders(database.pool, PLACE),
    fetchMark: (engine) => (engine === undefined ? database.ask(fetchMark) : fetchMark(engine)),
    fetchStamp: async () => (await fetchLastSwap())?.buildId ?? null,
    fetchBuiltAt: async () => (await fetchLastSwap())?.builtAt ?? null,
    hasFailed: () => database.ask(async (engine) => (await listSchemas(engine, FAILED)).length > 0),
    isRawNewer: () =>
      database.ask(async (engine) => {
        const swap = await fetchSwap(engine);
        return swap !== null && (await fetchIsRawNewer(engine, swap.builtAt));
      }),
    hasRaw: () => database.ask(fetchHasRaw),
    openRaw,
    runLoad: (raw, request) => runRemoteLoad(raw, request),
    openRawConstruction: () => openRemoteRawConstruction(world.workspace, openRaw),
    prepareRaw: async () => (await openRaw()).close(),
    // Every build is of all days: one that goes on must copy the rows it goes on from first, and took longer.
    fetchContinued: async () => null,
    openConstruction: () => openConstruction(database, world),
  } satisfies Storage);
}
