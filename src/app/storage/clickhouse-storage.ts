import path from 'node:path';
import { hashSecret, TenureError } from '../../base/index.ts';
import { type ClickhouseEngine, clickhouseDialect, type Engine } from '../../engines/index.ts';
import { runRemoteLoad } from '../../load/index.ts';
import { type BuildMark, fetchBuildMark, writeBuildMark } from './build-mark-store.ts';
import {
  carryRelations,
  dropUnfitting,
  dropUnread,
  dropWarehouse,
  keepFailed,
  publishWarehouse,
  serveNames,
} from './clickhouse-construction-store.ts';
import {
  allotWarehouse,
  assertOwner,
  buildPrefix,
  createClickhouseLayout,
  drawSessionName,
  fetchClickhouseCheck,
  fetchHasRaw,
  fetchIsRawNewer,
  fetchPlace,
  fetchWarehouse,
  parsePrefix,
  RAW_PLACE,
  stripPrefixes,
} from './clickhouse-layout-store.ts';
import { openClickhouseReaders } from './clickhouse-readers.ts';
import { ClickhouseServer } from './clickhouse-server.ts';
import { MIRROR_SCHEMA } from './mirror-store.ts';
import { PostgresDatabase } from './postgres-database.ts';
import {
  fetchServerCheck,
  MARK_SCHEMA,
  STATE_SCHEMA,
  withLock,
  writeSearchPath,
} from './postgres-layout-store.ts';
import { openRawTables, openRemoteRawConstruction } from './remote-raw.ts';
import { placeSchema } from './search-path.ts';
import type {
  Construction,
  ConstructionOptions,
  OpenOptions,
  QueryTarget,
  Storage,
  StorageWorld,
  WarehouseBeside,
} from './storage.ts';

const PLACE = 'the ClickHouse server of TENURE_CLICKHOUSE_URL';

/** A ClickHouse server with raw tables and warehouses, and a PostgreSQL database with the state. */
interface Servers {
  readonly database: PostgresDatabase;
  readonly server: ClickhouseServer;
}

async function openTarget(
  servers: Servers,
  target: QueryTarget,
  { hasTemporaryTables = false }: OpenOptions = {},
): Promise<Engine> {
  const { database, server } = servers;
  const look = await server.connect();
  if (target === 'raw') {
    if (await fetchHasRaw(look)) return server.connect({ ...RAW_PLACE, isReadOnly: true });
    throw new TenureError('WAREHOUSE_MISSING', { path: PLACE });
  }
  const role = target === 'failed' ? 'failed' : 'current';
  const found = await database.ask((state) => fetchWarehouse(state, role));
  if (found === null) throw new TenureError('WAREHOUSE_MISSING', { path: PLACE });
  if (hasTemporaryTables) return openSession(servers, found.number);
  return server.connect({ ...(await fetchPlace(look, found.number)), isReadOnly: true });
}

/** The session has a name that no other has, so its temporary tables are its own. */
async function openSession({ database, server }: Servers, number: number): Promise<ClickhouseEngine> {
  const session = await database.ask(drawSessionName);
  return server.connect({ ...(await fetchPlace(await server.connect(), number)), session });
}

async function withWarehouse<T>(
  servers: Servers,
  state: Engine,
  work: (beside: WarehouseBeside) => Promise<T>,
): Promise<T> {
  return withLock(state, { lock: 'warehouse', isShared: true }, async () => {
    const current = await fetchWarehouse(state, 'current');
    if (current === null) throw new TenureError('WAREHOUSE_MISSING', { path: PLACE });
    const warehouse = await openSession(servers, current.number);
    await writeSearchPath(state, [STATE_SCHEMA, MIRROR_SCHEMA]);
    try {
      const mark = await fetchBuildMark(warehouse, MARK_SCHEMA);
      if (mark === null) throw new TenureError('WAREHOUSE_MISSING', { path: PLACE });
      return await work({ mark, warehouse });
    } finally {
      await writeSearchPath(state, [STATE_SCHEMA]);
      await warehouse.close();
    }
  });
}

async function openConstruction(
  { database, server }: Servers,
  { clock, workspace }: StorageWorld,
  { schemaPrefix }: ConstructionOptions,
): Promise<Construction> {
  const state = await database.connect();
  const engine = await server.connect({ schemaPrefix });
  const building = { server: engine, state, number: parsePrefix(schemaPrefix) };
  let [mark, isKept]: [BuildMark | null, boolean] = [null, false];
  const close = async () => {
    try {
      if (!isKept) await dropWarehouse(building);
    } finally {
      await engine.close();
      await state.close();
    }
  };
  try {
    await dropUnread(building);
    // A build that was killed may have left them behind.
    await serveNames(building);
  } catch (error) {
    await close();
    throw error;
  }
  return {
    engine,
    holdsLast: false,
    isSmall: true,
    carry: (relations, compile) => carryRelations(building, relations, compile),
    dropUnfitting: (relations) => dropUnfitting(engine, relations),
    writeMark: async (written) => {
      mark = written;
      await writeBuildMark(engine, `${schemaPrefix}${MARK_SCHEMA}`, written);
    },
    publish: async (isGood) => {
      const scratchPath = path.join(workspace.files.scratch, 'mirrored');
      if (isGood) await publishWarehouse(building, { buildId: mark?.id ?? '', clock, scratchPath });
      else await keepFailed(building);
      isKept = true;
      return isGood ? PLACE : `the databases ${schemaPrefix}… of ${PLACE}`;
    },
    close,
  };
}

/**
 * Raw tables and warehouses on a ClickHouse server, each warehouse in databases of its own; the state in PostgreSQL, and in it
 * which warehouse is the current one.
 */
export function openClickhouseStorage(world: StorageWorld): Storage {
  const { workspace, clock, environment } = world;
  const [url, databaseUrl] = [environment['TENURE_CLICKHOUSE_URL'], environment['TENURE_DATABASE_URL']];
  const database = new PostgresDatabase(databaseUrl, createClickhouseLayout);
  const servers: Servers = {
    database,
    server: new ClickhouseServer(url, workspace.config.clickhouse?.cluster),
  };
  const { server } = servers;
  const openRaw = async () => {
    const raw = await server.connect({ session: await database.ask(drawSessionName) });
    await database.ask((state) => assertOwner(state, raw));
    return openRawTables(raw, clock);
  };
  const fetchCurrent = () => database.ask((state) => fetchWarehouse(state, 'current'));
  const fetchMark = async (engine?: Engine): Promise<BuildMark | null> => {
    if (engine !== undefined) return fetchBuildMark(engine, MARK_SCHEMA);
    const current = await fetchCurrent();
    if (current === null) return null;
    return fetchBuildMark(await server.connect(), `${buildPrefix(current.number)}${MARK_SCHEMA}`);
  };
  return Object.freeze({
    key: `${workspace.root} ${hashSecret(`${url ?? ''} ${databaseUrl ?? ''}`)}`,
    ownedFile: null,
    checkServers: async () => [
      await database.ask(fetchServerCheck),
      await fetchClickhouseCheck(await server.connect()),
    ],
    allotPrefix: () => database.ask(async (state) => buildPrefix(await allotWarehouse(state, clock))),
    describeTarget: (schemaPrefix: string) => ({
      target: { name: 'tenure', schema: 'main', type: 'clickhouse' as const, database: null },
      dialect: clickhouseDialect,
      storesSourceViews: true,
      placeSchema: (schema: string) => placeSchema(schema, schemaPrefix),
    }),
    renderPublished: stripPrefixes,
    openState: () => database.connect({ searchPath: [STATE_SCHEMA] }),
    runJob: (work) => database.ask((engine) => withLock(engine, { lock: 'job' }, work)),
    withWarehouse: (state, work) => withWarehouse(servers, state, work),
    open: (target, options) => openTarget(servers, target, options),
    openReaders: () => openClickhouseReaders({ fetchCurrent, server, place: PLACE }),
    fetchMark,
    fetchStamp: async () => (await fetchCurrent())?.buildId ?? null,
    fetchBuiltAt: async () => (await fetchCurrent())?.builtAt ?? null,
    hasFailed: async () => (await database.ask((state) => fetchWarehouse(state, 'failed'))) !== null,
    isRawNewer: async () => {
      const current = await fetchCurrent();
      return current !== null && (await fetchIsRawNewer(await server.connect(), current.builtAt));
    },
    hasRaw: async () => fetchHasRaw(await server.connect()),
    openRaw,
    runLoad: (raw, request) => runRemoteLoad(raw, request),
    openRawConstruction: () => openRemoteRawConstruction(workspace, openRaw),
    prepareRaw: async () => (await openRaw()).close(),
    fetchContinued: async () => null,
    openConstruction: (options) => openConstruction(servers, world, options),
  } satisfies Storage);
}
