import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { openTenure, type Tenure } from '../../src/app/index.ts';
import { openSharedState } from '../../src/app/shared-state.ts';
import { openStorage } from '../../src/app/storage/open-storage.ts';
import { buildSearchPath } from '../../src/app/storage/search-path.ts';
import type { Storage } from '../../src/app/storage/storage.ts';
import { buildContext } from '../../src/app/tenure.ts';
import { buildFixedClock, quoteIdentifier, quoteRelation } from '../../src/base/index.ts';
import { type ColumnInfo, copyRows, type Engine, openDuckdb } from '../../src/engines/index.ts';
import { copyDemo, DEMO_DAY } from '../shared/workspaces.ts';
import { openChdb } from './chdb.ts';

type Chdb = Awaited<ReturnType<typeof openChdb>>;

/** No schema of the warehouse is a database of ClickHouse: what is found by a schema's name is found on the way. */
const PREFIX = 'tenure_7_';

/** ClickHouse's type for a type of DuckDB. */
function renderType(type: string): string {
  const decimal = /^DECIMAL(\(.*\))$/.exec(type);
  if (decimal !== null) return `Decimal${decimal[1]}`;
  const names: Readonly<Record<string, string>> = {
    BIGINT: 'Int64',
    BOOLEAN: 'Bool',
    DATE: 'Date32',
    DOUBLE: 'Float64',
    INTEGER: 'Int32',
    TIMESTAMP: 'DateTime64(6)',
    'TIMESTAMP WITH TIME ZONE': `DateTime64(6, 'UTC')`,
  };
  return names[type] ?? 'String';
}

function renderColumn({ name, type }: ColumnInfo): string {
  return `${quoteIdentifier(name)} Nullable(${renderType(type)})`;
}

/**
 * Copies relations of a warehouse in DuckDB, views as tables, into databases of their own: those of the names given, or all.
 *
 * @returns the databases by the schemas they stand for, in the order in which a bare name is looked up
 */
export async function copyWarehouse(
  from: Engine,
  to: Engine,
  names?: readonly string[],
): Promise<ReadonlyMap<string, string>> {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'tenure-copied-'));
  const relations = (await from.listRelations()).filter(({ name }) => names?.includes(name) ?? true);
  const schemas = [...new Set(relations.map(({ schema }) => schema))];
  try {
    for (const schema of schemas)
      await to.execute(`create database ${quoteIdentifier(`${PREFIX}${schema}`)}`);
    for (const { schema, name } of relations) {
      const columns = await from.listColumns(schema, name);
      const target = { schema: `${PREFIX}${schema}`, name, columns: columns.map((column) => column.name) };
      await to.execute(
        `create table ${quoteRelation(target.schema, name)} (${columns.map(renderColumn).join(', ')})
         engine = MergeTree order by tuple()`,
      );
      const sql = `select * from ${quoteRelation(schema, name)}`;
      await copyRows({ from, sql, to, target, scratchPath: path.join(folder, 'rows') });
    }
  } finally {
    fs.rmSync(folder, { recursive: true });
  }
  const found = buildSearchPath(schemas);
  const rest = schemas.filter((schema) => !found.includes(schema));
  return new Map([...found, ...rest].map((schema) => [schema, `${PREFIX}${schema}`]));
}

/** The storage of a workspace in files, its warehouse read from ClickHouse. */
export function readFrom(storage: Storage, warehouse: Chdb, schemas: ReadonlyMap<string, string>): Storage {
  let sessions = 0;
  const open = () => warehouse.connectTo({ schemas, session: `reader ${++sessions}` });
  const { dialect, profile } = warehouse;
  return {
    ...storage,
    describeTarget: () => ({
      target: { name: 'tenure', schema: 'main', type: profile.kind, database: null },
      dialect,
    }),
    open: (target, options) => (target === 'warehouse' ? open() : storage.open(target, options)),
    openReaders: () => {
      const reader = warehouse.connectTo({ schemas, isFrozen: true });
      return { read: async (work) => work(await reader), close: async () => {} };
    },
  };
}

const clock = buildFixedClock(`${DEMO_DAY}T20:00:00Z`);

/** A workspace kept open, its warehouse read from where `place` says. */
export async function openShared(
  folder: string,
  place: (storage: Storage) => Storage = (storage) => storage,
): Promise<Tenure & { close(): Promise<void> }> {
  const options = { folder, clock, environment: { SLACK_BOT_TOKEN: 'xoxb-test' } };
  const context = buildContext(options);
  const shared = await openSharedState({ ...context, storage: place(openStorage(context)) }, () => {});
  return { ...openTenure({ ...options, shared }), close: () => shared.close() };
}

/** The demo company twice: `here` in files of DuckDB, `there` with its warehouse in ClickHouse. */
export interface ReadDemo {
  readonly here: Tenure;
  readonly there: Tenure;
  readonly duckdb: Engine;
  readonly clickhouse: Engine;
  /** A warehouse under construction beside that of `there`, which is in databases of this prefix. */
  readonly construction: Engine;
  readonly prefix: string;
  close(): Promise<void>;
}

/** Opens the demo company as each engine shows it. */
export async function openReadDemo(): Promise<ReadDemo> {
  const root = fs.mkdtempSync(path.join(os.tmpdir(), 'tenure-'));
  const folders = { here: path.join(root, 'here'), there: path.join(root, 'there') };
  for (const folder of Object.values(folders)) {
    fs.mkdirSync(folder);
    await copyDemo(folder);
  }
  const file = path.join(folders.here, 'warehouse.duckdb');
  const files = await openDuckdb({ path: file, isReadOnly: true });
  const chdb = await openChdb();
  const schemas = await copyWarehouse(files, chdb);
  await files.close();
  const here = await openShared(folders.here);
  const there = await openShared(folders.there, (storage) => readFrom(storage, chdb, schemas));
  const duckdb = await openDuckdb({ path: file, isReadOnly: true, searchPath: [...schemas.keys()] });
  return {
    here,
    there,
    duckdb,
    clickhouse: await chdb.connectTo({ schemas }),
    construction: await chdb.connectTo({ schemaPrefix: 'tenure_8_' }),
    prefix: PREFIX,
    close: async () => {
      await Promise.all([here.close(), there.close(), duckdb.close()]);
      await chdb.close();
      fs.rmSync(root, { recursive: true });
    },
  };
}

function isClose(left: unknown, right: unknown): boolean {
  if (left === right) return true;
  if (typeof left !== 'number' || typeof right !== 'number') return false;
  return Math.abs(left - right) <= 1e-9 * Math.max(1, Math.abs(left));
}

/** Where two answers are not the same, place by place; numbers may be 1e-9 apart, relative where they are large. */
export function findDifferences(left: unknown, right: unknown, place = ''): readonly string[] {
  if (isClose(left, right)) return [];
  if (typeof left !== 'object' || typeof right !== 'object' || left === null || right === null)
    return [`${place}: ${String(left).slice(0, 200)} and ${String(right).slice(0, 200)}`];
  const [one, other] = [left, right].map((value) => (value instanceof Map ? [...value] : value)) as [
    Record<string, unknown>,
    Record<string, unknown>,
  ];
  const keys = new Set([...Object.keys(one), ...Object.keys(other)]);
  return [...keys].flatMap((key) => findDifferences(one[key], other[key], `${place}.${key}`));
}
