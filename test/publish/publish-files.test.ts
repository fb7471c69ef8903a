import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterAll, beforeEach, describe, expect, it } from 'vitest';
import { type Engine, openDuckdb } from '../../src/engines/index.ts';
import { publishDuckdb, publishParquet, type TablePlan } from '../../src/publish/index.ts';
import { buildJob, buildPlan, openShop, TABLES } from './workbench.ts';

const root = fs.mkdtempSync(path.join(os.tmpdir(), 'tenure-publish-'));
afterAll(() => fs.rmSync(root, { recursive: true, force: true }));
let folder: string;
beforeEach(() => {
  folder = fs.mkdtempSync(path.join(root, 'run-'));
});

const BROKEN = buildPlan('marts.visits', {
  query: `select id, cast(id as integer) as build from marts.visits`,
});
/** A process that is over: its number is free, or was given to another. */
const DEAD = 2 ** 22 - 1;

async function publish(
  write: typeof publishDuckdb,
  target: string,
  run: { readonly build: number; readonly tables?: readonly TablePlan[] },
) {
  const from = await openShop(run.build);
  const job = buildJob(from, { ...run, scratchFolder: folder });
  return write(job, target).finally(() => from.close());
}

async function readBuilds(engine: Engine): Promise<readonly unknown[]> {
  const parts = TABLES.map((table, at) => `(select min(build) || ' ' || count(*) from ${table}) as t${at}`);
  return Object.values((await engine.query(`select ${parts.join(', ')}`))[0] ?? {});
}
const allOf = (build: number) => TABLES.map(() => `${build} 1000`);

describe('a published DuckDB file', () => {
  const file = () => path.join(folder, 'out', 'bi.duckdb');
  const read = async <T>(work: (engine: Engine) => Promise<T>): Promise<T> => {
    const engine = await openDuckdb({ path: file(), isReadOnly: true });
    return work(engine).finally(() => engine.close());
  };

  it('has tables with keys and comments, is read-only, and in the format of DuckDB 1.0', async () => {
    const report = await publish(publishDuckdb, file(), { build: 1 });
    expect(report).toMatchObject({ to: 'duckdb', place: file(), rows: 4000, asOf: '2026-03-14' });
    expect(report.tables.map(({ change }) => change)).toEqual(TABLES.map(() => 'new'));
    expect(fs.statSync(file()).mode & 0o777).toBe(0o444);
    // The number of the storage format follows the checksum and the magic bytes: 64 is that of DuckDB 0.10 to 1.1.
    expect(fs.readFileSync(file()).readBigUInt64LE(12)).toBe(64n);
    expect(fs.readdirSync(path.dirname(file()))).toEqual(['bi.duckdb']);
    await read(async (engine) => {
      expect(await readBuilds(engine)).toEqual(allOf(1));
      const tables = await engine.query(
        `select comment, (select constraint_column_names::varchar from duckdb_constraints() as keys
           where keys.table_oid = tables.table_oid and constraint_type = 'PRIMARY KEY') as key
         from duckdb_tables() as tables where table_name = 'orders'`,
      );
      expect(tables).toEqual([{ comment: 'One row per row of orders.', key: '[id]' }]);
      const [column] = await engine.query(
        `select comment from duckdb_columns() where table_name = 'shops' and column_name = 'id'`,
      );
      expect(column).toEqual({ comment: "Primary key; it's text." });
      const [run] = await engine.query('select build_id, as_of, tables from tenure_publish.runs');
      expect(run).toEqual({ build_id: 'build-1', as_of: '2026-03-14', tables: 4 });
    });
  });

  it('is replaced at once, while whoever has it open reads on; the same build again is left alone', async () => {
    await publish(publishDuckdb, file(), { build: 1 });
    const early = await openDuckdb({ path: file(), isReadOnly: true });
    fs.writeFileSync(`${file()}.wal`, 'somebody opened the old one for writing');
    const rest = TABLES.slice(1).map((table) => buildPlan(table));
    expect((await publish(publishDuckdb, file(), { build: 2, tables: rest })).dropped).toEqual([
      'marts.orders',
    ]);
    expect(await readBuilds(early)).toEqual(allOf(1));
    await early.close();
    await publish(publishDuckdb, file(), { build: 3 });
    expect(await read(readBuilds)).toEqual(allOf(3));
    const { ino } = fs.statSync(file());
    const again = await publish(publishDuckdb, file(), { build: 3 });
    expect(again.tables.map(({ change, rows }) => [change, rows])).toEqual(
      TABLES.map(() => ['unchanged', 1000]),
    );
    expect(fs.statSync(file()).ino).toBe(ino);
  });

  it('a run that fails leaves the last one and no rest; what a killed one left is cleared away', async () => {
    await publish(publishDuckdb, file(), { build: 1 });
    const left = path.join(folder, 'out', `.bi.duckdb.part-${DEAD}`);
    const living = path.join(folder, 'out', `.bi.duckdb.part-${process.ppid}`);
    for (const part of [left, living]) fs.writeFileSync(part, '');
    const tables = [buildPlan('marts.shops'), BROKEN];
    await expect(publish(publishDuckdb, file(), { build: 2, tables })).rejects.toMatchObject({
      code: 'PUBLISH_TABLE_FAILED',
    });
    expect(fs.readdirSync(path.dirname(file())).sort()).toEqual([path.basename(living), 'bi.duckdb']);
    expect(await read(readBuilds)).toEqual(allOf(1));
  });

  it('never takes the place of something else', async () => {
    const other = path.join(folder, 'warehouse.duckdb');
    const engine = await openDuckdb({ path: other });
    await engine.execute('create table mine as select 1 as one');
    await engine.close();
    const text = path.join(folder, 'notes.txt');
    fs.writeFileSync(text, 'mine');
    for (const target of [other, text, folder]) {
      const { ino, mtimeMs, mode } = fs.statSync(target);
      await expect(publish(publishDuckdb, target, { build: 1 })).rejects.toMatchObject({
        code: 'PUBLISH_PLACE_FOREIGN',
      });
      expect(fs.statSync(target)).toMatchObject({ ino, mtimeMs, mode });
    }
  });
});

describe('a published folder of Parquet files', () => {
  const out = () => path.join(folder, 'exports');
  const read = async (name: string) => {
    const engine = await openDuckdb({ path: ':memory:' });
    const parts = TABLES.map((table, at) => {
      const file = path.join(out(), name, `${table.replace('.', '/')}.parquet`);
      return `(select min(build) || ' ' || count(*) from read_parquet('${file}')) as t${at}`;
    });
    const rows = await engine.query(`select ${parts.join(', ')}`);
    await engine.close();
    return Object.values(rows[0] ?? {});
  };

  it('holds a file per table and a manifest that describes them; latest names the newest', async () => {
    const { place, tables } = await publish(publishParquet, out(), { build: 1 });
    expect(tables.map(({ rows }) => rows)).toEqual([1000, 1000, 1000, 1000]);
    expect(await read('latest')).toEqual(allOf(1));
    expect(path.basename(place)).toMatch(/^2026-03-14-[0-9a-f]{12}$/);
    expect(fs.readlinkSync(path.join(out(), 'latest'))).toBe(path.basename(place));
    const manifest = JSON.parse(fs.readFileSync(path.join(out(), 'latest', 'manifest.json'), 'utf8'));
    expect(manifest).toMatchObject({
      build_id: 'build-1',
      as_of: '2026-03-14',
      published_at: '2026-03-14T12:00:00.000Z',
    });
    expect(manifest.tables[0]).toEqual({
      schema: 'marts',
      name: 'orders',
      file: 'marts/orders.parquet',
      description: 'One row per row of orders.',
      rows: 1000,
      primary_key: ['id'],
      columns: [
        { name: 'id', type: 'VARCHAR', description: "Primary key; it's text." },
        { name: 'build', type: 'INTEGER', description: 'The build.' },
        { name: 'amount', type: 'DOUBLE', description: '' },
      ],
    });
  });

  it('of the next build lies beside the last; the same build again is left alone', async () => {
    const first = await publish(publishParquet, out(), { build: 1 });
    const second = await publish(publishParquet, out(), { build: 2 });
    expect(second.tables.map(({ change }) => change)).toEqual(TABLES.map(() => 'replaced'));
    expect(await read('latest')).toEqual(allOf(2));
    expect(await read(path.basename(first.place))).toEqual(allOf(1));
    const again = await publish(publishParquet, out(), { build: 2 });
    expect([again.place, again.tables.map(({ change }) => change)]).toEqual([
      second.place,
      TABLES.map(() => 'unchanged'),
    ]);
    // An earlier build that is published again is the latest.
    await publish(publishParquet, out(), { build: 1 });
    expect(await read('latest')).toEqual(allOf(1));
    expect(fs.readdirSync(out())).toHaveLength(3);
  });

  it('that cannot be finished is not there, and nothing else is touched', async () => {
    const { place } = await publish(publishParquet, out(), { build: 1 });
    const tables = [buildPlan('marts.shops'), BROKEN];
    await expect(publish(publishParquet, out(), { build: 2, tables })).rejects.toMatchObject({
      code: 'PUBLISH_TABLE_FAILED',
    });
    expect(fs.readdirSync(out()).sort()).toEqual([path.basename(place), 'latest']);
    fs.rmSync(path.join(out(), 'latest'));
    fs.mkdirSync(path.join(out(), 'latest'));
    await expect(publish(publishParquet, out(), { build: 3 })).rejects.toMatchObject({
      code: 'PUBLISH_PLACE_FOREIGN',
    });
    expect(fs.readdirSync(out()).sort()).toEqual([path.basename(place), 'latest']);
  });
});
