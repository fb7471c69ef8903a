import fs from 'node:fs';
import path from 'node:path';
import { TenureError } from '../../base/index.ts';
import { type DuckdbEngine, duckdbDialect, openDuckdb } from '../../engines/index.ts';
import { runLoad } from '../../load/index.ts';
import type { Workspace } from '../workspace.ts';
import { fetchBuildMark, writeBuildMark } from './build-mark-store.ts';
import { withWarehouse } from './duckdb-beside-store.ts';
import { fetchContinued, mergeRaw } from './duckdb-continuation-store.ts';
import { openWarehouseReaders } from './duckdb-readers.ts';
import {
  buildSettings,
  carryRelations,
  dropUnfitting,
  MARK_SCHEMA,
  openConstruction,
  openRawConstruction,
  openWarehouse,
  publishConstruction,
} from './duckdb-warehouse-store.ts';
import { readFileStamp } from './file-stamp.ts';
import { runMigrations } from './migrations-store.ts';
import { openRawTables } from './remote-raw.ts';
import type {
  Construction,
  OpenOptions,
  QueryTarget,
  RawConstruction,
  Storage,
  StorageWorld,
} from './storage.ts';

async function openState({ files }: Workspace): Promise<DuckdbEngine> {
  fs.mkdirSync(path.dirname(files.state), { recursive: true });
  const engine = await openDuckdb({
    path: files.state,
    alias: 'state',
    // Rows are read in an order only where it is asked for; so millions of milestones may be written by all cores.
    settings: { preserve_insertion_order: 'false' },
  });
  try {
    await runMigrations(engine);
  } catch (error) {
    await engine.close();
    throw error;
  }
  return engine;
}

async function openTarget(
  workspace: Workspace,
  target: QueryTarget,
  { threads }: OpenOptions = {},
): Promise<DuckdbEngine> {
  const { files, root, config } = workspace;
  const limited = threads === undefined ? workspace : { ...workspace, config: { ...config, threads } };
  if (target === 'warehouse') return openWarehouse(files.warehouse, limited);
  if (target === 'failed') return openWarehouse(files.failed, limited);
  if (!fs.existsSync(files.raw)) throw new TenureError('WAREHOUSE_MISSING', { path: root });
  const searchPath = ['raw', 'marketing', 'loads'];
  return openDuckdb({ path: files.raw, isReadOnly: true, searchPath, settings: buildSettings(limited) });
}

/** Opens the raw tables, made where they are absent. */
async function openRaw({ workspace, clock }: StorageWorld): Promise<DuckdbEngine> {
  return openRawTables(
    await openDuckdb({ path: workspace.files.raw, settings: buildSettings(workspace) }),
    clock,
  );
}

/** Makes the raw tables where there are none yet, and leaves the file closed and whole, ready to be copied. */
async function prepareRaw(world: StorageWorld): Promise<void> {
  const raw = await openRaw(world);
  try {
    await raw.execute('checkpoint');
  } finally {
    await raw.close();
  }
}

async function openFileConstruction(
  workspace: Workspace,
  options: { readonly isContinued: boolean },
): Promise<Construction> {
  const construction = await openConstruction(workspace, options);
  const { engine, isSmall } = construction;
  const { warehouse, failed } = workspace.files;
  if (options.isContinued) await mergeRaw(engine, workspace);
  return {
    engine,
    holdsLast: options.isContinued,
    isSmall,
    carry: (relations) => carryRelations(engine, warehouse, relations),
    dropUnfitting: (relations) => dropUnfitting(engine, relations),
    writeMark: (mark) => writeBuildMark(engine, MARK_SCHEMA, mark),
    publish: async (isGood) => {
      await publishConstruction(construction, isGood ? warehouse : failed);
      if (isGood) fs.rmSync(failed, { force: true });
      return isGood ? warehouse : failed;
    },
    close: () => engine.close(),
  };
}

async function openRawFile(workspace: Workspace): Promise<RawConstruction> {
  const construction = await openRawConstruction(workspace);
  return {
    engine: construction.engine,
    publish: async () => {
      await leaveWhole(workspace);
      await publishConstruction(construction, workspace.files.raw);
    },
    close: () => construction.engine.close(),
  };
}

/** A write-ahead log beside the raw tables would not fit the file that takes their place. */
async function leaveWhole(workspace: Workspace): Promise<void> {
  if (!fs.existsSync(workspace.files.raw)) return;
  const raw = await openDuckdb({ path: workspace.files.raw, settings: buildSettings(workspace) });
  try {
    await raw.execute('checkpoint');
  } finally {
    await raw.close();
  }
}

async function fetchFileMark(workspace: Workspace, engine?: DuckdbEngine) {
  if (engine !== undefined) return fetchBuildMark(engine, MARK_SCHEMA);
  const { warehouse } = workspace.files;
  if (!fs.existsSync(warehouse)) return null;
  const opened = await openDuckdb({ path: warehouse, isReadOnly: true, settings: buildSettings(workspace) });
  return fetchBuildMark(opened, MARK_SCHEMA).finally(() => opened.close());
}

/** Three files of the workspace: raw tables, warehouse, state. The owner of the state's file owns the workspace. */
export function openDuckdbStorage(world: StorageWorld): Storage {
  const { workspace } = world;
  const { files } = workspace;
  return Object.freeze({
    key: files.state,
    ownedFile: files.state,
    checkServers: async () => [],
    allotPrefix: async () => '',
    describeTarget: () => ({
      target: { name: 'tenure', schema: 'main', type: 'duckdb' as const, database: null },
      dialect: duckdbDialect,
    }),
    renderPublished: (text: string) => text,
    openState: () => openState(workspace),
    runJob: <T>(work: () => Promise<T>) => work(),
    withWarehouse: (state, work) => withWarehouse(state as DuckdbEngine, workspace, work),
    open: (target, options) => openTarget(workspace, target, options),
    openReaders: () => openWarehouseReaders(workspace),
    fetchMark: (engine) => fetchFileMark(workspace, engine as DuckdbEngine | undefined),
    fetchStamp: async () => readFileStamp(files.warehouse),
    fetchBuiltAt: async () =>
      fs.statSync(files.warehouse, { throwIfNoEntry: false })?.mtime.toISOString() ?? null,
    hasFailed: async () => fs.existsSync(files.failed),
    isRawNewer: async () =>
      fs.existsSync(files.raw) && fs.statSync(files.raw).mtime > fs.statSync(files.warehouse).mtime,
    hasRaw: async () => fs.existsSync(files.raw),
    openRaw: () => openRaw(world),
    runLoad: (raw, request) => runLoad(raw as DuckdbEngine, request),
    openRawConstruction: () => openRawFile(workspace),
    prepareRaw: () => prepareRaw(world),
    fetchContinued: (next) => fetchContinued(workspace, next),
    openConstruction: (options) => openFileConstruction(workspace, options),
  } satisfies Storage);
}
