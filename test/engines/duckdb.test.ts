import { spawnSync } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterAll, afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type Engine, openDuckdb } from '../../src/engines/index.ts';
import { describeEngine } from './engine-suite.ts';

describeEngine('duckdb in memory', () => openDuckdb({ path: ':memory:' }));
describe('in a folder', () => {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'tenure-'));
  afterAll(() => fs.rmSync(folder, { recursive: true }));
  describeEngine('duckdb in a file', () => openDuckdb({ path: path.join(folder, 'a.duckdb') }));
});

describe('duckdb files', () => {
  let folder: string;
  let file: string;
  beforeEach(() => {
    folder = fs.mkdtempSync(path.join(os.tmpdir(), 'tenure-'));
    file = path.join(folder, 'a.duckdb');
  });
  afterEach(() => fs.rmSync(folder, { recursive: true }));

  it('refuses a second open in one process, by real path', async () => {
    const first = await openDuckdb({ path: file });
    const link = path.join(folder, 'link.duckdb');
    fs.symlinkSync(file, link);
    await expect(openDuckdb({ path: file })).rejects.toMatchObject({ code: 'DATABASE_OPEN_TWICE' });
    await expect(openDuckdb({ path: link })).rejects.toMatchObject({ code: 'DATABASE_OPEN_TWICE' });
    await expect(openDuckdb({ path: link, isReadOnly: true })).rejects.toMatchObject({
      code: 'DATABASE_OPEN_TWICE',
    });
    const other = await openDuckdb({ path: ':memory:' });
    await expect(other.attach(link, 'b')).rejects.toMatchObject({ code: 'DATABASE_OPEN_TWICE' });
    await other.close();
    await first.close();
    const again = await openDuckdb({ path: link });
    await again.close();
  });

  it('lets several readers of one process share a file, and no writer beside them', async () => {
    await (await openDuckdb({ path: file })).close();
    const readers = await Promise.all([1, 2].map(() => openDuckdb({ path: file, isReadOnly: true })));
    await expect(openDuckdb({ path: file })).rejects.toMatchObject({ code: 'DATABASE_OPEN_TWICE' });
    await Promise.all(readers.map((reader) => reader.close()));
    await (await openDuckdb({ path: file })).close();
  });

  it('tells a second process that the file is owned', async () => {
    const engine = await openDuckdb({ path: file });
    const script = `
      const { openDuckdb } = await import(${JSON.stringify(path.resolve('src/engines/index.ts'))});
      try { await openDuckdb({ path: ${JSON.stringify(file)} }); console.log('opened'); }
      catch (error) { console.log(error.code); }`;
    const child = spawnSync(process.execPath, ['--import', 'tsx', '--input-type=module', '-e', script], {
      encoding: 'utf8',
    });
    expect(child.stdout.trim()).toBe('DATABASE_OWNED');
    await engine.close();
  });

  it('names a file that is no database', async () => {
    fs.writeFileSync(file, 'this is not a database, it is a sentence of some length');
    await expect(openDuckdb({ path: file })).rejects.toMatchObject({ code: 'DATABASE_UNREADABLE' });
    fs.rmSync(file);
    await (await openDuckdb({ path: file })).close();
  });

  it('keeps stored views readable when the file is renamed and opened under another name', async () => {
    const engine = await openDuckdb({ path: file, alias: 'building' });
    await engine.execute(
      'create schema a; create table a.t as select 1 as x; create view a.v as select * from a.t',
    );
    await engine.close();
    const moved = path.join(folder, 'moved.duckdb');
    fs.renameSync(file, moved);
    const reader = await openDuckdb({ path: moved, alias: 'warehouse', isReadOnly: true, searchPath: ['a'] });
    expect(await reader.query('select x from v')).toEqual([{ x: 1 }]);
    await reader.close();
  });

  it('writes no log for a file under construction, which is whole after a checkpoint', async () => {
    const engine = await openDuckdb({ path: file, isConstruction: true });
    await engine.execute('create table numbers as select range as number from range(10)');
    expect(fs.readdirSync(folder)).toEqual(['a.duckdb']);
    await engine.execute('checkpoint');
    fs.copyFileSync(file, path.join(folder, 'copy.duckdb'));
    await engine.close();
    const copy = await openDuckdb({ path: path.join(folder, 'copy.duckdb'), isReadOnly: true });
    expect(await copy.query('select sum(number) as total from numbers')).toEqual([{ total: 45 }]);
    await copy.close();
  });

  it('runs statements of a second connection beside, and ends them with its own', async () => {
    const engine = await openDuckdb({ path: file });
    const beside = await engine.connect();
    await engine.execute('create table numbers (number integer)');
    await Promise.all([
      beside.execute('insert into numbers values (1)'),
      engine.execute('create table others (number integer)'),
    ]);
    expect(await engine.query('from numbers')).toEqual([{ number: 1 }]);
    const endless = beside.execute('select count(*) from range(1000000000) as a, range(1000000000) as b');
    const outcome = expect(endless).rejects.toMatchObject({ code: 'QUERY_FAILED' });
    const timer = setInterval(() => engine.interrupt(), 10);
    await outcome;
    clearInterval(timer);
    await engine.close();
    const again = await openDuckdb({ path: file });
    await again.close();
  });

  it('fetches no extension', async () => {
    const engine = await openDuckdb({ path: ':memory:' });
    expect(await engine.query(`select current_setting('autoinstall_known_extensions') as fetches`)).toEqual([
      { fetches: false },
    ]);
    await engine.close();
  });
});

describe('a stream of duckdb', () => {
  const openConnections = async (engine: Engine) =>
    (await engine.query('select count as n from duckdb_connection_count()'))[0]?.['n'];

  async function readRows(engine: Engine, sql: string): Promise<number> {
    let rows = 0;
    for await (const chunk of engine.stream(sql)) rows += chunk.rows.length;
    return rows;
  }

  it('closes its connection, read to the end, left early or failed', async () => {
    const engine = await openDuckdb({ path: ':memory:' });
    expect(await openConnections(engine)).toBe(1);
    for await (const chunk of engine.stream('from range(1000000)')) {
      expect(chunk.rows.length).toBeGreaterThan(0);
      expect(await openConnections(engine)).toBe(2);
      break;
    }
    expect(await openConnections(engine)).toBe(1);
    expect(await readRows(engine, 'from range(1000000)')).toBe(1_000_000);
    expect(await openConnections(engine)).toBe(1);
    await expect(
      readRows(engine, `select case when n > 500000 then error('late') else n end from range(1000000) t(n)`),
    ).rejects.toMatchObject({ code: 'QUERY_FAILED', message: expect.stringContaining('late') });
    expect(await openConnections(engine)).toBe(1);
    await engine.close();
  });

  it('names the place in the statement as it was written', async () => {
    const engine = await openDuckdb({ path: ':memory:' });
    const sql = `select\n  cast(case when n > 500000 then 'late' else '1' end as integer) from range(1000000) t(n)`;
    await expect(readRows(engine, sql)).rejects.toThrow('LINE 2:   cast(');
    await engine.close();
  });

  it('fails, too, where what stopped it does not happen again', async () => {
    const engine = await openDuckdb({ path: ':memory:' });
    await engine.execute('create sequence tries');
    const sql = `select case when nextval('tries') = 500000 then error('once') else n end from range(1000000) t(n)`;
    await expect(readRows(engine, sql)).rejects.toMatchObject({
      code: 'QUERY_FAILED',
      message: expect.stringContaining('stopped before its last row'),
    });
    await engine.close();
  });
});
