import fs from 'node:fs';
import http from 'node:http';
import os from 'node:os';
import path from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { buildFixedClock } from '../../src/base/index.ts';
import { type Engine, openClickhouse, openDuckdb } from '../../src/engines/index.ts';
import { openRawStore } from '../../src/load/index.ts';
import { describeEngine } from '../engines/engine-suite.ts';
import { CHDB_MISSING, hasChdb } from './chdb.ts';
import { type ClickhouseServer, startClickhouse } from './clickhouse-server.ts';

const ROWS = 200_000;

describe.skipIf(!hasChdb)(`ClickHouse over HTTP (${CHDB_MISSING})`, () => {
  const root = fs.mkdtempSync(path.join(os.tmpdir(), 'tenure-'));
  const folder = path.join(root, 'data');
  let server: ClickhouseServer;
  let engine: Engine;
  beforeAll(async () => {
    server = await startClickhouse({ folder, password: 'secret' });
    engine = await openClickhouse({ url: server.url, password: 'secret' });
  });
  afterAll(async () => {
    await engine.close();
    await server.stop();
    fs.rmSync(root, { recursive: true });
  });

  // Temporary tables are in a session.
  describeEngine('clickhouse over HTTP', async () => {
    const opened = await openClickhouse({ url: server.url, password: 'secret' });
    return opened.connectTo({ session: 'suite' });
  });

  it('takes files of some size from DuckDB, and gives them back', async () => {
    const duckdb = await openDuckdb({ path: ':memory:' });
    try {
      const columns = ['id', 'amount', 'day', 'moment', 'note', 'paid', 'score'];
      const types = (text: string) =>
        `id bigint, amount decimal(14, 2), day date, moment timestamptz, note ${text}, paid boolean, score double precision`;
      for (const name of ['sent', 'back_parquet', 'back_csv'])
        await duckdb.execute(`create table ${name} (${types('varchar')})`);
      await duckdb.execute(
        `insert into sent select range, range / 7, date '2020-01-01' + (range % 900)::int, make_timestamptz(range * 1234567891),
           case range % 5 when 0 then null when 1 then '' when 2 then '\\N' when 3 then 'a "b",' || chr(10) || 'é🎉' else 'x' || range end,
           case range % 3 when 0 then null else range % 2 = 0 end, range / 3.0::double
         from range(${ROWS})`,
      );
      await engine.execute(engine.dialect.createSchema('bulk'));
      for (const format of ['parquet', 'csv'] as const) {
        const file = { path: path.join(root, `rows.${format}`), format };
        const [there, back] = [{ schema: 'bulk', name: format, columns }, `back_${format}`];
        await engine.execute(`create table bulk.${format} (${types('varchar')})`);
        expect(await duckdb.writeFile('select * from sent', file)).toBe(ROWS);
        expect(await engine.readFile(there, file)).toBe(ROWS);
        expect(await engine.writeFile(`select * from bulk.${format} order by id`, file)).toBe(ROWS);
        expect(await duckdb.readFile({ schema: 'main', name: back, columns }, file)).toBe(ROWS);
        expect(
          await duckdb.query(
            `(select * from sent except all select * from ${back}) union all (select * from ${back} except all select * from sent) order by 1 limit 3`,
          ),
        ).toEqual([]);
      }
    } finally {
      await duckdb.close();
    }
  });

  it('fails where a file is cut off, and where a row of it does not fit', async () => {
    const numbers = 'select cast(if(number > 900000, $$late$$, $$1$$) as Int32) as one from numbers(1000000)';
    const file = { path: path.join(root, 'cut.csv'), format: 'csv' as const };
    await expect(engine.writeFile(numbers.replaceAll('$$', "'"), file)).rejects.toMatchObject({
      code: 'QUERY_FAILED',
      message: expect.stringContaining('late'),
    });
    fs.writeFileSync(file.path, `id\n1\nnone\n`);
    await engine.execute(engine.dialect.createSchema('bulk'));
    await engine.execute('create table bulk.ids (id Int32)');
    await expect(
      engine.readFile({ schema: 'bulk', name: 'ids', columns: ['id'] }, file),
    ).rejects.toMatchObject({ code: 'QUERY_FAILED', message: expect.stringContaining('(at row 2)') });
    expect(await engine.query('select count(*) as n from bulk.ids')).toEqual([{ n: 0 }]);
  });

  it('has nothing known in a column that raw tables gain', async () => {
    const clock = buildFixedClock('2026-03-14T20:00:00Z');
    await openRawStore(engine, clock);
    await engine.execute(`insert into raw.users (user_id) values ('u1')`);
    await engine.execute('alter table raw.users drop column role');
    await openRawStore(engine, clock);
    expect(await engine.query('select user_id, role from raw.users')).toEqual([
      { user_id: 'u1', role: null },
    ]);
  });

  it('takes long statements, long parameters and settings of its own', async () => {
    const long = `é'\\\t\n${'x'.repeat(3_000_000)}`;
    expect(await engine.query('select lengthUTF8($1) as n, $1 like $2 as is_same', [long, `é'%`])).toEqual([
      { n: 3_000_005, is_same: 1 },
    ]);
    expect(await engine.query(`select length('${'y'.repeat(3_000_000)}') as n`)).toEqual([{ n: 3_000_000 }]);
    const other = await openClickhouse({
      url: server.url,
      password: 'secret',
      settings: { max_block_size: '7', session_timezone: 'Pacific/Chatham' },
    });
    const names = `'max_block_size', 'session_timezone', 'join_use_nulls'`;
    const settings = `select name, value from system.settings where name in (${names}) order by name`;
    expect(await other.query(settings)).toEqual([
      { name: 'join_use_nulls', value: '1' },
      { name: 'max_block_size', value: '7' },
      { name: 'session_timezone', value: 'Pacific/Chatham' },
    ]);
    await other.close();
    expect(await engine.query(settings)).toContainEqual({ name: 'session_timezone', value: 'UTC' });
  });

  it('answers many at once', async () => {
    const answers = await Promise.all(
      Array.from({ length: 30 }, (_, index) =>
        engine.query('select $1 as n, sum(number) as total from numbers(100000)', [index]),
      ),
    );
    expect(answers.map(([row]) => row?.['n'])).toEqual(Array.from({ length: 30 }, (_, index) => index));
  });

  it('ends a statement that writes when it is told to', async () => {
    await engine.execute(engine.dialect.createSchema('bulk'));
    const sleeping = `create table bulk.slow engine = MergeTree order by n as
      select number as n from numbers(100) where sleepEachRow(0.2) = 0 settings max_block_size = 1, function_sleep_max_microseconds_per_block = 0`;
    const one = await engine.connect();
    const work = one.execute(sleeping);
    const timer = setInterval(() => one.interrupt(), 100);
    await expect(work).rejects.toMatchObject({
      code: 'QUERY_FAILED',
      message: expect.stringMatching(/cancelled|aborted/),
    });
    clearInterval(timer);
    const running = `select count(*) as n from system.processes where query like 'create table bulk.slow%'`;
    let left = 1;
    for (let attempt = 0; left > 0 && attempt < 40; attempt += 1) {
      await wait(50);
      left = Number((await engine.query(running))[0]?.['n']);
    }
    expect(left).toBe(0);
  });

  it('says that nobody is there, or that it is not let in', async () => {
    const refused = async (url: string, password: string, text: string) => {
      const stranger = await openClickhouse({ url, password });
      await expect(stranger.query('select 1')).rejects.toMatchObject({
        code: 'DATABASE_UNREACHABLE',
        message: expect.stringContaining(text),
        fix: expect.stringContaining('that the user may log in'),
      });
      await stranger.close();
    };
    await refused(server.url, 'wrong', 'password is incorrect');
    await refused('http://127.0.0.1:1', '', 'ECONNREFUSED');
  });

  it('fails where the connection ends within a result, and finds its data after a power cut', async () => {
    const cut = http.createServer((_, response) => {
      response.write('["n"]\n["Int64"]\n[1]\n', () => response.destroy());
    });
    await new Promise<void>((resolve) => cut.listen(0, '127.0.0.1', resolve));
    const address = cut.address() as { readonly port: number };
    const half = await openClickhouse({ url: `http://127.0.0.1:${address.port}` });
    await expect(half.query('select 1')).rejects.toMatchObject({ code: 'DATABASE_UNREACHABLE' });
    await half.close();
    cut.close();

    const port = Number(new URL(server.url).port);
    await engine.execute(engine.dialect.createSchema('kept'));
    await engine.execute('create table kept.rows (id Int32)');
    await engine.execute('insert into kept.rows select number from numbers(1000)');
    const work = engine.execute('select sleep(3)');
    const stopped = expect(work).rejects.toMatchObject({ code: 'DATABASE_UNREACHABLE' });
    await server.kill();
    await stopped;
    await expect(engine.query('select 1')).rejects.toMatchObject({ code: 'DATABASE_UNREACHABLE' });
    server = await startClickhouse({ folder, port, password: 'secret' });
    expect(await engine.query('select count(*) as n from kept.rows')).toEqual([{ n: 1000 }]);
  });
});
