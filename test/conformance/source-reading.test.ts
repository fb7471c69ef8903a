import fs from 'node:fs';
import path from 'node:path';
import { afterAll, afterEach, beforeEach, describe, expect, it } from 'vitest';
import { openPostgres } from '../../src/engines/index.ts';
import { openRawStore, runRemoteLoad, runUndo, type SourceLoadRequest } from '../../src/load/index.ts';
import { listPostgresBinaries, startPostgres } from './postgres-server.ts';
import { CLOCK, openSourceBench, renderCounts, type SourceBench } from './source-bench.ts';

const binaries = listPostgresBinaries();

const FEATURES = `
- from: public.features
  table: raw.features
  columns: { feature_id: id }`;
const INCREMENTAL = `${FEATURES}
  mode: incremental`;
const BY_TIME = `${INCREMENTAL}
  cursor: changed_at`;

describe.skipIf(binaries === null)('reading PostgreSQL (install the package postgresql to run this)', () => {
  const server = startPostgres(binaries ?? '');
  afterAll(() => server.stop());
  let bench: SourceBench;
  beforeEach(async () => {
    bench = await openSourceBench(server);
  });
  afterEach(() => bench.close());

  const listFeatures = async (): Promise<string> => {
    const rows = await bench.raw.query('select feature_id, name, _batch_id from raw.features order by 1');
    return rows.map((row) => `${row['feature_id']}=${row['name']}@${row['_batch_id']}`).join(' ');
  };

  it('a snapshot brings what is new and changed, and counts what is gone', async () => {
    await bench.source.execute(
      `create table features (id text, name text); insert into features values ('a', 'one'), ('b', 'one'), ('c', 'one')`,
    );
    bench.describe(FEATURES);
    const first = await bench.load();
    expect(first.files).toMatchObject([
      { file: 'crm/public.features', table: 'raw.features', format: 'postgres' },
    ]);
    expect(renderCounts(first)).toBe('3 3 0 0 0');
    await bench.source.execute(
      `update features set name = 'two' where id = 'b'; delete from features where id = 'c'; insert into features values ('d', 'two')`,
    );
    const dry = await bench.load({ isDryRun: true });
    expect([dry.status, renderCounts(dry)]).toEqual(['dry_run', '3 1 1 1 0']);
    const second = await bench.load();
    expect(renderCounts(second)).toBe('3 1 1 1 0');
    expect(second.notes).toEqual([
      'raw.features: 1 row that came from crm/public.features is no longer there; it is kept.',
    ]);
    expect(await listFeatures()).toBe('a=one@1 b=two@3 c=one@1 d=two@3');
    expect(await bench.raw.query('select distinct _source from raw.features')).toEqual([
      { _source: 'crm/public.features' },
    ]);
  });

  it('values arrive as they are: nothing, empty, quotes, line ends, lists, documents, odd names', async () => {
    await bench.source.execute(`
      create type tone as enum ('Warm', 'cold');
      create schema "Odd schema";
      create table "Odd schema"."select" (
        "from" uuid primary key, "Order" text, "group" tone, "table" text[], "user" jsonb, at timestamptz, local timestamp
      );
      insert into "Odd schema"."select" values
        ('00000000-0000-0000-0000-000000000001', 'plain', 'Warm', '{a,"b c",NULL}', '{"k": [1, "x"]}', '2026-03-01 10:00:00.123456+02', '2026-07-01 12:00:00'),
        ('00000000-0000-0000-0000-000000000002', '', null, '{}', 'null', null, '2026-01-01 12:00:00'),
        ('00000000-0000-0000-0000-000000000003', '\\N', 'cold', null, null, 'epoch', null),
        ('00000000-0000-0000-0000-000000000004', E'a "b", é🎉\\r\\nc\\rd\\n\\n  e', null, null, null, null, null),
        ('00000000-0000-0000-0000-000000000005', null, null, null, null, null, null);`);
    bench.describe(
      `
- from: '"Odd schema"."select"'
  table: raw.team_members
  columns: { member_id: from, name: Order, email: table, slack_id: user, team: group, role: null }
- from: '"Odd schema".select'
  name: moments
  table: raw.features
  columns: { feature_id: from, released_at: at, retired_at: local, name: local }`,
      'timezone: Europe/Berlin\n',
    );
    expect(renderCounts(await bench.load())).toBe('10 10 0 0 0');
    const rows = await bench.raw.query(
      'select name, email, slack_id, team from raw.team_members order by member_id',
    );
    expect(rows).toEqual([
      { name: 'plain', email: '["a","b c",null]', slack_id: '{"k": [1, "x"]}', team: 'Warm' },
      { name: null, email: '[]', slack_id: 'null', team: null },
      { name: '\\N', email: null, slack_id: null, team: 'cold' },
      { name: 'a "b", é🎉\r\nc\rd\n\n  e', email: null, slack_id: null, team: null },
      { name: null, email: null, slack_id: null, team: null },
    ]);
    // A time without a zone is Berlin's here; where text is wanted it stays as it is.
    expect(
      await bench.raw.query(
        'select released_at, retired_at, name from raw.features order by feature_id limit 3',
      ),
    ).toEqual([
      {
        released_at: '2026-03-01T08:00:00.123456Z',
        retired_at: '2026-07-01T10:00:00.000Z',
        name: '2026-07-01 12:00:00',
      },
      { released_at: null, retired_at: '2026-01-01T11:00:00.000Z', name: '2026-01-01 12:00:00' },
      { released_at: '1970-01-01T00:00:00.000Z', retired_at: null, name: null },
    ]);
  });

  it('values that cannot be are rejected with the key of their row', async () => {
    await bench.source.execute(`
      create table events (id text, amount numeric, at timestamptz);
      insert into events values ('e1', 'NaN', '2026-01-01'), ('e2', 1, 'infinity'), ('e3', 1, '2026-01-01'), (null, 1, '2026-01-01');`);
    bench.describe(`
- from: events
  table: raw.usage_events
  mode: incremental
  columns:
    event_id: id
    customer_id: { constant: c1 }
    timestamp: at
    event_type: { constant: api_call }
    feature_adoption_score: amount`);
    const refused = await bench.load({ isStrict: true });
    expect([refused.status, renderCounts(refused)]).toEqual(['refused', '4 1 0 0 3']);
    const report = await bench.load();
    expect(renderCounts(report)).toBe('4 1 0 0 3');
    expect(report.samples.map(({ key, column, rule, line }) => [key, column, rule, line])).toEqual([
      ['event_id e1', 'feature_adoption_score', 'type', null],
      ['event_id e2', 'timestamp', 'type', null],
      ['event_id ?', 'event_id', 'key_null', null],
    ]);
    // A row that was rejected comes again when it changes.
    await bench.source.execute(`update events set amount = 0.5 where id = 'e1'`);
    expect(renderCounts(await bench.load())).toBe('1 1 0 0 0');
  });

  it('by transactions: views and other databases will not do, new partitions come whole', async () => {
    await bench.source.execute(`
      create table features (id int, name text, day date) partition by range (day);
      create table early partition of features for values from ('2026-01-01') to ('2026-02-01');
      create table later (id int, name text, day date);
      insert into features values (1, 'one', '2026-01-05');
      insert into later values (2, 'one', '2026-02-05');
      create view seen as select * from features;`);
    bench.describe(INCREMENTAL);
    expect(renderCounts(await bench.load())).toBe('1 1 0 0 0');
    expect(renderCounts(await bench.load())).toBe('0 0 0 0 0');
    await bench.source.execute(
      `alter table features attach partition later for values from ('2026-02-01') to ('2026-03-01')`,
    );
    expect(renderCounts(await bench.load())).toBe('1 1 0 0 0');
    expect(renderCounts(await bench.load())).toBe('0 0 0 0 0');
    bench.describe(INCREMENTAL.replace('public.features', 'seen'));
    await expect(bench.load()).rejects.toMatchObject({
      code: 'DEFINITION_INVALID',
      message: expect.stringMatching(
        /sources\.yml:\d+: sources\.crm\.tables\[0\]\.mode is "incremental": only the rows/,
      ),
    });
    bench.describe(FEATURES.replace('public.features', 'seen'));
    expect(renderCounts(await bench.load())).toBe('2 0 0 2 0');
  });

  it('by a cursor: equal values, none, of the future, put back; another definition', async () => {
    await bench.source.execute(`
      create table features (id text, name text, changed_at timestamptz);
      insert into features values ('a', 'one', '2026-01-01'), ('b', 'one', '2026-01-02'), ('n', 'one', null), ('f', 'one', '2999-01-01');`);
    bench.describe(BY_TIME);
    expect(renderCounts(await bench.load())).toBe('4 4 0 0 0');
    // One of the future does not hold the cursor there; those of the future and those without one are read each time.
    await bench.source.execute(`insert into features values ('c', 'two', now())`);
    expect(renderCounts(await bench.load())).toBe('3 1 0 2 0');
    await bench.source.execute(
      `delete from features where id = 'f'; update features set name = 'two' where id = 'n'`,
    );
    await bench.load();
    // As many with the same value as may be: what stands at the bound is read again.
    await bench.source.execute(
      `insert into features select 'e' || n, 'x', (select max(changed_at) from features) from generate_series(1, 3) n`,
    );
    expect(renderCounts(await bench.load())).toBe('5 3 0 2 0');
    // What is put back in time is not found by a cursor: a full refresh finds it.
    await bench.source.execute(
      `update features set name = 'three', changed_at = '2020-01-01' where id = 'a'`,
    );
    expect((await bench.load()).updated).toBe(0);
    expect(renderCounts(await bench.load({ isFullRefresh: true }))).toBe('7 0 1 6 0');
    expect((await bench.load()).read).toBe(5);
    // Another mapping makes other rows of all of them.
    bench.describe(BY_TIME.replace('{ feature_id: id }', '{ feature_id: id, release_version: name }'));
    expect(renderCounts(await bench.load())).toBe('7 0 7 0 0');
  });

  it('what is taken back is read again, and nothing is noted of a load that was not written', async () => {
    await bench.source.execute(
      `create table features (id text, name text); insert into features values ('a', 'one')`,
    );
    bench.describe(INCREMENTAL);
    await bench.load();
    await bench.source.execute(`insert into features values ('b', 'two')`);
    await bench.load({ isDryRun: true });
    await bench.load();
    await bench.source.execute(`insert into features values ('c', 'three')`);
    await bench.load();
    expect(await listFeatures()).toBe('a=one@1 b=two@3 c=three@4');
    await runUndo(bench.raw, '3', CLOCK);
    expect(renderCounts(await bench.load())).toBe('2 1 0 1 0');
    expect(await listFeatures()).toBe('a=one@1 b=two@5 c=three@4');
    await runUndo(bench.raw, '1', CLOCK);
    expect(renderCounts(await bench.load())).toBe('3 1 0 2 0');
    expect(await bench.raw.query('select batch_id from loads.source_progress')).toEqual([{ batch_id: '6' }]);
  });

  it('says what the source refuses, and writes nothing there', async () => {
    await bench.source.execute(`
      create table features (id text, name text, tags text[]);
      create table hidden (id text);
      create function scribble() returns text language sql as $$ insert into features values ('x') returning id $$;
      do $$ begin create role reader login; exception when duplicate_object then null; end $$;
      grant select on features to reader;`);
    const load = (tables: string, settings = '') => {
      bench.describe(tables, settings);
      return bench.load({ environment: { CRM_URL: bench.url.replace('tenure@', 'reader:secret@') } });
    };
    await expect(load(FEATURES.replace('features', 'hidden'))).rejects.toMatchObject({
      code: 'SOURCE_REFUSED',
      message: 'crm/public.hidden cannot be read as reader: permission denied for table hidden',
      fix: expect.stringContaining('grant select on public.hidden to reader'),
    });
    await expect(load(FEATURES.replace('features', 'feature'))).rejects.toMatchObject({
      code: 'DEFINITION_INVALID',
      message: expect.stringContaining('crm has no such table or view'),
    });
    await expect(load(`${INCREMENTAL}\n  cursor: tags`)).rejects.toMatchObject({
      message: expect.stringMatching(/sources\.yml:\d+: .*cursor is "tags": text\[\] will not do/),
    });
    await expect(load(`${INCREMENTAL}\n  cursor: changed`)).rejects.toMatchObject({
      fix: 'There are: id, name, tags.',
    });
    const query = (sql: string) => `- query: ${sql}\n  table: raw.features\n  columns: { feature_id: id }`;
    await expect(load(query('select scribble() as id'))).rejects.toMatchObject({
      message: expect.stringContaining('cannot execute INSERT in a read-only transaction'),
    });
    await expect(
      load(query('select pg_sleep(5)::text as id'), 'statement_timeout: 100 milliseconds\n'),
    ).rejects.toMatchObject({
      code: 'SOURCE_REFUSED',
      fix: expect.stringContaining('Raise statement_timeout'),
    });
    const stopped = new AbortController();
    setTimeout(() => stopped.abort(), 300);
    bench.describe(query('select pg_sleep(30)::text as id'));
    await expect(bench.load({ signal: stopped.signal })).rejects.toMatchObject({
      fix: 'Nothing was loaded. It was stopped.',
    });
    expect(await bench.source.query('select * from features')).toEqual([]);
    expect(await bench.raw.query('select * from loads.batches')).toEqual([]);
  });

  it('a server that goes away in the middle leaves everything as it was', async () => {
    await bench.source.execute(
      `create table features (id text, name text); insert into features values ('a', 'one')`,
    );
    bench.describe(`${FEATURES}
- query: select pg_sleep(30)::text as id
  table: raw.team_members
  columns: { member_id: id }`);
    const load = bench.load();
    const end = async () => {
      for (let count = 0; count === 0; ) {
        const rows = await bench.source.query(
          `select pg_terminate_backend(pid) from pg_stat_activity where query like 'copy%pg_sleep%' and state = 'active'`,
        );
        count = rows.length;
      }
    };
    await Promise.all([
      end(),
      expect(load).rejects.toMatchObject({
        code: 'SOURCE_LOST',
        fix: expect.stringContaining('Nothing was loaded'),
      }),
    ]);
    expect(await bench.raw.query('select * from raw.features')).toEqual([]);
    const gone = { environment: { CRM_URL: `postgres://u:secret@/x?host=${bench.folder}` } };
    const error = await bench.load(gone).catch((thrown: Error) => thrown);
    expect(error).toMatchObject({ code: 'SOURCE_LOST' });
    expect(String(error)).not.toContain('secret');
  });

  it('into raw tables that lie in PostgreSQL, too: what is gone, taken back, and loaded before', async () => {
    await bench.source.execute('create database warehouse_of_sources');
    await bench.source.execute(
      `create table features (id text, name text); insert into features values ('a', 'one'), ('b', 'one')`,
    );
    const remote = await openPostgres({
      connectionString: bench.url.replace(/\/crm_\d+\?/, '/warehouse_of_sources?'),
    });
    await openRawStore(remote, CLOCK);
    const load = (options: Partial<SourceLoadRequest> = {}) =>
      bench.load({ raw: remote, load: (request) => runRemoteLoad(remote, request), ...options });
    const list = async () =>
      (await remote.query('select feature_id, name from raw.features order by 1')).map((row) =>
        Object.values(row).join(' '),
      );
    try {
      bench.describe(FEATURES);
      expect(renderCounts(await load())).toBe('2 2 0 0 0');
      await bench.source.execute(
        `delete from features where id = 'a'; insert into features values ('c', 'two')`,
      );
      const report = await load();
      expect([renderCounts(report), ...report.notes]).toEqual([
        '2 1 0 1 0',
        'raw.features: 1 row that came from crm/public.features is no longer there; it is kept.',
      ]);
      bench.describe(INCREMENTAL);
      expect(renderCounts(await load())).toBe('2 0 0 2 0');
      expect(renderCounts(await load())).toBe('0 0 0 0 0');
      await runUndo(remote, '2', CLOCK);
      expect(renderCounts(await load())).toBe('2 1 0 1 0');
      expect(await list()).toEqual(['a one', 'b one', 'c two']);
      const lake = path.join(bench.folder, 'lake');
      fs.mkdirSync(lake);
      await bench.raw.execute(
        `copy (select 'd' as feature_id) to '${lake}/features.parquet' (format parquet)`,
      );
      const files = { scratchPath: path.join(bench.folder, 'load.duckdb'), clock: CLOCK, paths: [lake] };
      expect(renderCounts(await runRemoteLoad(remote, { ...files, batchId: '10' }))).toBe('1 1 0 0 0');
      expect(renderCounts(await runRemoteLoad(remote, { ...files, batchId: '11' }))).toBe('0 0 0 0 0');
    } finally {
      await remote.close();
    }
  });
});
