import { spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { afterAll, beforeEach, describe, expect, it } from 'vitest';
import { type Engine, openDuckdb, openPostgres } from '../../src/engines/index.ts';
import {
  type PublishReport,
  publishDuckdb,
  publishParquet,
  publishPostgres,
  type TablePlan,
} from '../../src/publish/index.ts';
import { buildJob, buildPlan, openShop, TABLES } from '../publish/workbench.ts';
import { openChild } from '../shared/compiled.ts';
import { listPostgresBinaries, startPostgres } from './postgres-server.ts';

const binaries = listPostgresBinaries();

describe.skipIf(binaries === null)(
  'publishing to PostgreSQL (install the package postgresql to run this)',
  () => {
    const server = startPostgres(binaries ?? '');
    const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'tenure-publish-'));
    let url: string;
    let reader: Engine;

    beforeEach(async () => {
      const name = `test_${randomUUID().replaceAll('-', '')}`;
      const admin = await openPostgres({ connectionString: server.connectionString });
      await admin.execute(`create database ${name}`);
      await admin.close();
      url = server.connectionString.replace('/postgres?', `/${name}?`);
      await reader?.close();
      reader = await openPostgres({ connectionString: url });
    });
    afterAll(async () => {
      await reader?.close();
      server.stop();
      fs.rmSync(folder, { recursive: true, force: true });
    });

    async function publish(
      build: number,
      options: { tables?: readonly TablePlan[]; isWhole?: boolean; url?: string; run?: string } = {},
    ): Promise<PublishReport> {
      const from = await openShop(build);
      const to = await openPostgres({ connectionString: options.url ?? url });
      try {
        const job = buildJob(from, { build, scratchFolder: folder, ...options });
        return await publishPostgres({ ...job, runId: options.run ?? randomUUID() }, to);
      } finally {
        await to.close();
        await from.close();
      }
    }

    /** The builds that a reader finds in all tables with one statement. */
    async function fetchBuilds(engine: Engine = reader): Promise<readonly unknown[]> {
      const parts = TABLES.map(
        (table) => `(select min(build) || '-' || max(build) || ' ' || count(*) from ${table})`,
      );
      const [row] = await engine.query(`select ${parts.map((part, at) => `${part} as t${at}`).join(', ')}`);
      return Object.values(row ?? {});
    }
    const allOf = (build: number, rows = 1000) => TABLES.map(() => `${build}-${build} ${rows}`);
    const listSchemas = async () =>
      (
        await reader.query(`select nspname as name from pg_namespace where nspname like 'tenure%' order by 1`)
      ).map((row) => row['name']);

    it('readers find one build in all tables at any moment, also in a transaction that began before', async () => {
      await publish(1);
      const early = await openPostgres({ connectionString: url });
      await early.execute('begin isolation level repeatable read');
      await early.query('select count(*) from pg_class');
      let isOver = false;
      const seen: (readonly unknown[])[] = [];
      const poll = (async () => {
        const engine = await openPostgres({ connectionString: url });
        while (!isOver) seen.push(await fetchBuilds(engine));
        await engine.close();
      })();
      for (const build of [2, 3, 4, 5]) await publish(build);
      isOver = true;
      await poll;
      expect(seen.length).toBeGreaterThan(8);
      for (const builds of seen) expect(builds).toEqual(allOf(Number(String(builds[0]).split('-')[0])));
      expect(new Set(seen.map((builds) => builds[0])).size).toBeGreaterThan(1);
      expect(await fetchBuilds(early)).toEqual(allOf(5));
      await early.close();
    });

    it('killed at any moment it leaves the last publication, and the next run clears up', {
      timeout: 600_000,
    }, async () => {
      const child = await openChild('publish/publish-child.ts');
      await publish(1);
      let build = 1;
      const moments = [
        ['marts.orders', 0],
        ['marts.shops', 5],
        ['marts.visits', 20],
        ['entity.days', 0],
        ['putting it in place', 0],
        ['putting it in place', 3],
        ['putting it in place', 10],
      ] as const;
      for (const [step, delay] of moments) {
        const running = spawn(process.execPath, [child, url, String(build + 1), folder], {
          stdio: ['ignore', 'pipe', 'inherit'],
        });
        const ended = new Promise((resolve) => running.on('exit', resolve));
        await new Promise<void>((resolve) => {
          running.stdout.on('data', (chunk: Buffer) => {
            if (chunk.toString().split('\n').includes(step)) resolve();
          });
          running.on('exit', () => resolve());
        });
        await wait(delay);
        running.kill('SIGKILL');
        await ended;
        const builds = await fetchBuilds();
        const isIn = builds[0] !== allOf(build, build === 1 ? 1000 : 20_000)[0];
        if (isIn) build += 1;
        expect(builds, step).toEqual(allOf(build, build === 1 ? 1000 : 20_000));
      }
      const report = await publish(99);
      expect(report.tables.map(({ change }) => change)).toEqual(TABLES.map(() => 'replaced'));
      expect(await fetchBuilds()).toEqual(allOf(99));
      expect(await listSchemas()).toEqual(['tenure_publish']);
    });

    it('the same build again changes nothing, and says so', async () => {
      const first = await publish(1);
      expect(first).toMatchObject({ to: 'postgres', buildId: 'build-1', rows: 4000, dropped: [] });
      const oids = () =>
        reader.query(`select '${TABLES.join(`'::regclass::oid as a, '`)}'::regclass::oid as b`);
      const before = await oids();
      const again = await publish(1);
      expect(again.tables.map(({ change, rows }) => [change, rows])).toEqual(
        TABLES.map(() => ['unchanged', 1000]),
      );
      expect(await oids()).toEqual(before);
      const changed = TABLES.map((table) =>
        buildPlan(table, table === 'marts.shops' ? { description: 'New.' } : {}),
      );
      const third = await publish(1, { tables: changed });
      expect(third.tables.map(({ change }) => change)).toEqual([
        'unchanged',
        'replaced',
        'unchanged',
        'unchanged',
      ]);
      expect(
        await reader.query(
          'select build_id, tables, changed_tables from tenure_publish.runs order by 3 desc',
        ),
      ).toEqual([
        { build_id: 'build-1', tables: 4, changed_tables: 4 },
        { build_id: 'build-1', tables: 4, changed_tables: 1 },
        { build_id: 'build-1', tables: 4, changed_tables: 0 },
      ]);
    });

    it('a part leaves the rest as it is; a whole one drops what is no longer there, and nothing else', async () => {
      await publish(1);
      await reader.execute('create table marts.mine as select 1 as one');
      const part = await publish(2, { tables: [buildPlan('marts.shops')], isWhole: false });
      expect(part.tables.map(({ name }) => name)).toEqual(['shops']);
      expect((await fetchBuilds()).map((text) => String(text)[0])).toEqual(['1', '2', '1', '1']);
      const rest = TABLES.slice(1).map((table) => buildPlan(table));
      expect((await publish(3, { tables: rest })).dropped).toEqual(['marts.orders']);
      const names = (await reader.listRelations())
        .filter(({ schema }) => schema === 'marts')
        .map(({ name }) => name);
      expect(names).toEqual(['mine', 'shops', 'visits']);
      // What somebody changed or dropped is theirs, where nothing is published in its place.
      await reader.execute('alter table marts.visits add column note text; drop table entity.days');
      expect((await publish(4, { tables: [buildPlan('marts.shops')] })).dropped).toEqual([]);
      expect(await reader.query('select min(build) as build from marts.visits')).toEqual([{ build: 3 }]);
      const noted = await reader.query('select table_name from tenure_publish.relations');
      expect(noted).toEqual([{ table_name: 'shops' }]);
    });

    it('refuses where something else stands, or its own table was changed, and changes nothing', async () => {
      await reader.execute('create schema marts; create table marts.shops as select 7 as mine');
      await expect(publish(1)).rejects.toMatchObject({
        code: 'PUBLISH_RELATION_FOREIGN',
        message: expect.stringContaining('marts.shops'),
      });
      expect(await reader.query('select mine from marts.shops')).toEqual([{ mine: 7 }]);
      expect((await reader.listRelations()).filter(({ schema }) => schema === 'marts')).toHaveLength(1);
      await reader.execute('drop table marts.shops; create view marts.shops as select 1 as one');
      await expect(publish(1)).rejects.toMatchObject({ code: 'PUBLISH_RELATION_FOREIGN' });
      await reader.execute('drop view marts.shops');
      await publish(1);
      await reader.execute('alter table entity.days add column note text');
      await expect(publish(2)).rejects.toMatchObject({
        code: 'PUBLISH_RELATION_FOREIGN',
        message: expect.stringContaining('changed since'),
      });
      expect(await fetchBuilds()).toEqual(allOf(1));
    });

    it('keeps privileges, and gives new tables what the schema gives by default', async () => {
      await publish(1, { tables: [buildPlan('marts.orders')] });
      await reader.execute(`
      drop role if exists bi; drop role if exists clerk; create role bi; create role clerk;
      grant usage on schema marts to bi, clerk;
      grant select on marts.orders to bi with grant option;
      grant select (id, amount) on marts.orders to clerk;
      alter default privileges in schema marts grant select on tables to bi`);
      const narrow = { query: 'select id, build from marts.orders' };
      await publish(2, { tables: [buildPlan('marts.orders', narrow), buildPlan('marts.shops')] });
      const [may] = await reader.query(`select
      has_table_privilege('bi', 'marts.orders', 'select with grant option') as orders,
      has_table_privilege('bi', 'marts.shops', 'select') as shops,
      has_table_privilege('bi', 'marts.orders', 'delete') as deletes,
      has_column_privilege('clerk', 'marts.orders', 'id', 'select') as id,
      has_column_privilege('clerk', 'marts.orders', 'build', 'select') as build`);
      expect(may).toEqual({ orders: true, shops: true, deletes: false, id: true, build: false });
      await reader.execute('drop owned by bi, clerk; drop role bi; drop role clerk');
    });

    it("lets a person's view read the new tables, and stops where it cannot", async () => {
      await publish(1);
      await reader.execute(`create schema own;
      create view own.large with (security_barrier) as
        select orders.id, orders.build from marts.orders inner join marts.shops using (id) where orders.amount > 100;
      create view own.larger as select * from own.large where build > 0;
      comment on view own.large is 'Kept.'`);
      await publish(2);
      const [row] = await reader.query(
        `select min(build) as build, count(*) as rows, obj_description('own.large'::regclass) as comment,
         (select reloptions::text from pg_class where oid = 'own.large'::regclass) as options from own.larger`,
      );
      expect(row).toEqual({ build: 2, rows: 299, comment: 'Kept.', options: '{security_barrier=true}' });
      const without = TABLES.map((table) => buildPlan(table, { query: `select id, build from ${table}` }));
      await expect(publish(3, { tables: without })).rejects.toMatchObject({
        code: 'PUBLISH_DEPENDANT',
        message: expect.stringContaining('own.large'),
      });
      expect(await fetchBuilds()).toEqual(allOf(2));
      expect(await listSchemas()).toEqual(['tenure_publish']);
      await reader.execute('drop schema own cascade');
      await reader.execute('create materialized view public.kept as select count(*) from marts.visits');
      await expect(publish(3)).rejects.toMatchObject({ code: 'PUBLISH_DEPENDANT' });
      await reader.execute(
        'drop materialized view public.kept; alter table marts.shops enable row level security',
      );
      await expect(publish(3)).rejects.toMatchObject({
        code: 'PUBLISH_DEPENDANT',
        message: expect.stringContaining('row-level security'),
      });
      await reader.execute('alter table marts.shops disable row level security');
      await reader.execute('create table public.child (id text references marts.visits)');
      await expect(publish(3)).rejects.toMatchObject({ code: 'PUBLISH_DEPENDANT' });
      expect(await fetchBuilds()).toEqual(allOf(2));
    });

    it('whoever reads by a view meanwhile is neither turned away nor shown two builds', async () => {
      await publish(1);
      await reader.execute(`create view public.both as
        select orders.build as a, shops.build as b from marts.orders inner join marts.shops using (id)`);
      let isOver = false;
      const read = async () => {
        const engine = await openPostgres({ connectionString: url });
        const seen = new Set<string>();
        while (!isOver)
          for (const { a, b } of await engine.query('select distinct a, b from public.both'))
            seen.add(`${a} ${b}`);
        await engine.close();
        return seen;
      };
      const readers = Promise.all([read(), read(), read()]);
      const builds = [2, 3, 4, 5, 6, 7, 8, 9];
      for (const build of builds) await publish(build);
      isOver = true;
      const pairs = new Set([1, ...builds].map((build) => `${build} ${build}`));
      for (const seen of await readers) {
        expect([...seen].filter((pair) => !pairs.has(pair))).toEqual([]);
        expect(seen.size).toBeGreaterThan(2);
      }
    });

    it('waits for a reader without keeping others waiting', async () => {
      await publish(1);
      const slow = await openPostgres({ connectionString: url });
      await slow.execute('begin');
      await slow.query('select count(*) from marts.orders');
      let isOver = false;
      const publication = publish(2).finally(() => {
        isOver = true;
      });
      let longest = 0;
      for (const end = Date.now() + 3000; Date.now() < end; ) {
        const start = Date.now();
        expect(await fetchBuilds()).toEqual(allOf(1));
        longest = Math.max(longest, Date.now() - start);
      }
      expect(isOver).toBe(false);
      expect(longest).toBeLessThan(2000);
      await slow.execute('commit');
      await publication;
      expect(await fetchBuilds()).toEqual(allOf(2));
      await slow.close();
    });

    it('works for a role that may only create, and says whose view is in the way', async () => {
      const [database] = await reader.query('select current_database() as name');
      await reader.execute(`drop role if exists publisher; drop role if exists analyst;
        create role publisher login; create role analyst login; grant create on database ${database?.['name']} to publisher`);
      const plain = url.replace('tenure@', 'publisher@');
      await publish(1, { url: plain });
      await reader.execute(`create schema notes authorization analyst; grant usage on schema marts to analyst;
        grant select on marts.shops to analyst; set role analyst;
        create view notes.shops as select id, build from marts.shops; reset role`);
      await expect(publish(2, { url: plain })).rejects.toMatchObject({
        code: 'PUBLISH_DEPENDANT',
        message: expect.stringMatching(/notes\.shops.*(owner|permission)/),
      });
      expect(await fetchBuilds()).toEqual(allOf(1));
      await reader.execute('grant analyst to publisher');
      await publish(2, { url: plain });
      await reader.execute('set role analyst');
      expect(await reader.query('select distinct build from notes.shops')).toEqual([{ build: 2 }]);
      await reader.execute('reset role; drop schema notes cascade; drop owned by publisher, analyst cascade');
      await reader.execute('drop role publisher; drop role analyst');
    });

    it('names the table that cannot be published, and its rows twice the same', async () => {
      const twice = buildPlan('marts.shops', {
        query: 'select * from marts.shops union all select * from marts.shops',
      });
      await expect(publish(1, { tables: [buildPlan('marts.orders'), twice] })).rejects.toMatchObject({
        code: 'PUBLISH_TABLE_FAILED',
        message: expect.stringMatching(/marts\.shops .*could not create unique index/),
      });
      expect((await reader.listRelations()).map(({ schema }) => schema)).toEqual([
        'tenure_publish',
        'tenure_publish',
      ]);
      expect(await listSchemas()).toEqual(['tenure_publish']);
    });

    it('does not run beside another', async () => {
      const other = await openPostgres({ connectionString: url });
      await other.query('select pg_advisory_lock(7305816042117)');
      await expect(publish(1)).rejects.toMatchObject({ code: 'PUBLISH_UNDERWAY' });
      await other.close();
      expect((await publish(1)).tables).toHaveLength(TABLES.length);
    });

    it('takes every type and every text over', async () => {
      const from = await openShop(1, 0);
      await from.execute(`create table marts.kinds as select * from (values
      (1, 'a "b",' || chr(10) || 'é🎉', '{"a": [1]}'::json, [1, null], {'x': 'y'}, 1.25::decimal(18, 2), 'nan'::double, true),
      (2, '', null, [], null, null, '-infinity'::double, false),
      (3, '\\N', 'null'::json, null, {'x': null}, -0.01, null, null)) as rows (id, note, data, list, record, price, score, flag)`);
      await from.execute(`alter table marts.kinds add column rest hugeint default 170141183460469231731687303715884105727;
      alter table marts.kinds add column mood varchar default 'ok';
      alter table marts.kinds alter column mood type enum('ok', 'bad');
      alter table marts.kinds add column bytes blob default '\\x00\\xFF'::blob;
      alter table marts.kinds add column moment timestamptz default '2026-03-14 12:00:00.123456+01'`);
      const to = await openPostgres({ connectionString: url });
      const tables = [buildPlan('marts.kinds', { indexes: [] })];
      await publishPostgres(buildJob(from, { build: 1, scratchFolder: folder, tables }), to);
      await to.close();
      await from.close();
      const columns = await reader.listColumns('marts', 'kinds');
      expect(columns.map(({ type }) => type).join(', ')).toBe(
        'integer, text, jsonb, jsonb, jsonb, numeric(18,2), double precision, boolean, numeric(39,0), text, bytea, timestamp with time zone',
      );
      const rows = await reader.query(
        `select id, note, data::text, list::text, record ->> 'x' as x, price, score::text, flag, rest, mood, encode(bytes, 'hex') as bytes, moment
       from marts.kinds order by id`,
      );
      const same = {
        rest: '170141183460469231731687303715884105727',
        mood: 'ok',
        bytes: '00ff',
        moment: '2026-03-14T11:00:00.123456Z',
      };
      expect(rows).toEqual([
        {
          id: 1,
          note: 'a "b",\né🎉',
          data: '{"a": [1]}',
          list: '[1, null]',
          x: 'y',
          price: '1.25',
          score: 'NaN',
          flag: true,
          ...same,
        },
        {
          id: 2,
          note: '',
          data: null,
          list: '[]',
          x: null,
          price: null,
          score: '-Infinity',
          flag: false,
          ...same,
        },
        {
          id: 3,
          note: '\\N',
          data: 'null',
          list: null,
          x: null,
          price: '-0.01',
          score: null,
          flag: null,
          ...same,
        },
      ]);
    });

    it('publishes what stands in PostgreSQL to each of the three', async () => {
      await reader.execute(`create schema marts; create table marts.kinds as
        select 'a' || chr(10) || '"b"' as note, cast('c' as varchar(5)) as short, true as flag, 1.25::numeric(18, 2) as price,
          array[1, 2] as list, '{"a": 1}'::jsonb as data, '\\x00ff'::bytea as bytes, 7::bigint as n, 0.5::double precision as score,
          timestamptz '2026-03-14 12:00:00.123456+01' as moment, date '2026-03-14' as day, null::text as nothing`);
      const tables = [buildPlan('marts.kinds', { keys: [['n']], indexes: [] })];
      const job = buildJob(reader, { build: 1, scratchFolder: folder, tables });
      const expected = {
        note: 'a\n"b"',
        short: 'c',
        flag: true,
        price: '1.25',
        list: '[1,2]',
        data: '{"a": 1}',
        bytes: '00ff',
        n: 7,
        score: 0.5,
        moment: '2026-03-14T11:00:00.123456Z',
        day: '2026-03-14',
        nothing: null,
      };
      const file = path.join(folder, 'from-postgres.duckdb');
      await publishDuckdb(job, file);
      const { place } = await publishParquet(job, path.join(folder, 'from-postgres'));
      const duckdb = await openDuckdb({ path: file, isReadOnly: true });
      expect(await duckdb.query('select * from marts.kinds')).toEqual([expected]);
      expect(await duckdb.query(`select * from read_parquet('${place}/marts/kinds.parquet')`)).toEqual([
        expected,
      ]);
      await duckdb.close();
      const admin = await openPostgres({ connectionString: server.connectionString });
      await admin.execute('create database published');
      await admin.close();
      const to = await openPostgres({
        connectionString: server.connectionString.replace('/postgres?', '/published?'),
      });
      await publishPostgres(job, to);
      const same = 'select md5(kinds::text) as digest from marts.kinds';
      expect(await to.query(same)).toEqual(await reader.query(same));
      expect(await to.listColumns('marts', 'kinds')).toEqual(await reader.listColumns('marts', 'kinds'));
      await to.close();
    });
  },
);
