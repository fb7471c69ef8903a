import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { buildFixedClock } from '../../src/base/index.ts';
import { type Engine, openDuckdb, openPostgres } from '../../src/engines/index.ts';
import { buildCatalog } from '../../src/runner/catalog.ts';
import { runFreshness } from '../../src/runner/freshness.ts';
import { runNodes } from '../../src/runner/run-nodes.ts';
import type { RunRequest, RunSummary } from '../../src/runner/run-types.ts';
import { selectNodes } from '../../src/runner/select-nodes.ts';
import { buildTestCompiler, idOf, listAll, type ProjectSpec } from '../runner/run-project.ts';
import { openShop, RAW_ORDERS } from '../runner/run-shop.ts';
import { listPostgresBinaries, type PostgresServer, startPostgres } from './postgres-server.ts';

const binaries = listPostgresBinaries();
const clock = buildFixedClock('2026-01-02T03:04:05Z');

const SEED = `id,big,rate,day,loaded_at,is_open,name,Zip
1,3000000000,0.1,2024-01-31,2024-01-31T10:00:00.25+02:00,true,"O'Hara, ""x""",007
2,,,,,,"two
lines",
3,-5,1e-3,2024-2-1,2024-01-01T00:00:00Z,false,NULL,9
`;

const engines = [
  { name: 'DuckDB', isThere: true },
  { name: 'PostgreSQL (needs the package postgresql)', isThere: binaries !== null },
];

describe.each(engines)('the runner on $name', ({ name, isThere }) => {
  let server: PostgresServer | undefined;
  let engine: Engine;
  let folder: string;

  beforeAll(async () => {
    folder = fs.mkdtempSync(path.join(os.tmpdir(), 'tenure-'));
    fs.mkdirSync(path.join(folder, 'seeds'));
    fs.writeFileSync(path.join(folder, 'seeds/sites.csv'), SEED);
    if (!isThere) return;
    if (name === 'DuckDB') engine = await openDuckdb({ path: ':memory:' });
    else {
      server = startPostgres(binaries as string);
      engine = await openPostgres({ connectionString: server.connectionString });
    }
  });

  afterAll(async () => {
    await engine?.close();
    server?.stop();
    fs.rmSync(folder, { recursive: true });
  });

  beforeEach(async () => {
    if (isThere) await engine.execute('drop schema if exists main_shop cascade');
  });

  async function run(spec: ProjectSpec, more: Partial<RunRequest> = {}): Promise<RunSummary> {
    const compiler = buildTestCompiler(spec);
    const summary = await runNodes({
      compiler,
      engine,
      selection: listAll(compiler),
      clock,
      kinds: 'build',
      ...more,
    });
    return summary;
  }

  async function read(sql: string): Promise<readonly unknown[]> {
    return (await engine.query(sql)).map((row) => Object.values(row));
  }

  const seed = () =>
    ({ type: 'seed', rootPath: folder, config: { column_types: { zip: 'varchar(5)' } } }) as const;

  it.runIf(isThere)('loads a seed into the same rows', async () => {
    const nodes = { sites: seed() };
    expect((await run({ nodes })).results[0]?.message).toBe('loaded 3 rows');
    expect(await read('select * from main_shop.sites order by id')).toEqual([
      [1, 3_000_000_000, 0.1, '2024-01-31', '2024-01-31T08:00:00.250Z', true, 'O\'Hara, "x"', '007'],
      [2, null, null, null, null, null, 'two\nlines', null],
      [3, -5, 0.001, '2024-02-01', '2024-01-01T00:00:00.000Z', false, 'NULL', '9'],
    ]);
    const typed = { sites: { ...seed(), config: { column_types: { name: 'integer' } } } };
    expect((await run({ nodes: typed })).results[0]?.message).toMatch(
      /sites\.csv:2: .*integer|sites\.csv:2: .*INT32/,
    );
    expect(await read('select count(*) from main_shop.sites')).toEqual([[3]]);
  });

  it.runIf(isThere)('replaces views and tables without losing the views that read them', async () => {
    const spec = (sql: string, materialized: 'view' | 'table') => ({
      nodes: {
        base: {
          sql,
          config: {
            materialized,
            indexes:
              materialized === 'table'
                ? [
                    { columns: ['n'], type: 'hash' },
                    { columns: ['n'], type: 'brin' },
                  ]
                : [],
          },
        },
      },
    });
    await run(spec('select 1 as n, 2 as m', 'table'));
    await engine.execute(
      `create view main_shop.reader as select n from main_shop.base;
       create view main_shop.reader_of_reader as select reader.n + 1 as k from main_shop.reader, main_shop.base as b where b.n = reader.n`,
    );
    const stored = engine.profile.kind === 'postgres' ? 'create materialized view' : 'create view';
    await engine.execute(`${stored} main_shop.stored as select k from main_shop.reader_of_reader`);
    for (const materialized of ['view', 'view', 'table', 'table'] as const) {
      const summary = await run(spec(`select 5 as n, 'wider' as word`, materialized));
      expect(summary.results[0]).toMatchObject({ status: 'success' });
      expect(await read('select k from main_shop.reader_of_reader')).toEqual([[6]]);
      expect(await read('select k from main_shop.stored')).toEqual([[6]]);
    }
    const broken = await run(spec('select nope', 'table'));
    expect(broken.results[0]?.message).toMatch(/nope/);
    expect(await read('select n from main_shop.base')).toEqual([[5]]);
  });

  it.runIf(isThere)('says which views no longer fit', async () => {
    const build = (sql: string) => run({ nodes: { base: { sql, config: { materialized: 'table' } } } });
    await build('select 1 as n, 2 as m');
    await engine.execute('create view main_shop.reader as select m from main_shop.base');
    const summary = await build('select 1 as n');
    expect(summary.results[0]?.status).toBe('success');
    const isKept = engine.profile.bindsViewsLate;
    expect(summary.results[0]?.message).toMatch(
      isKept
        ? /^created table, 1 rows$/
        : /; dropped views that no longer fit: "main_shop"."reader" \(.*column base.m does not exist\)$/,
    );
  });

  it.runIf(isThere)('adds to incremental models', async () => {
    const build = (sql: string, config: object = {}) =>
      run({
        nodes: { words: { sql, config: { materialized: 'incremental', unique_key: 'id', ...config } } },
      });
    await build(`select 1 as id, 'a' as word union all select 2, 'b'`);
    const indexes = [{ columns: ['id'], unique: true }];
    const added = await build(`select 2 as id, 'B' as word union all select 3, 'c'`, { indexes });
    expect(added.results[0]).toMatchObject({ status: 'success', rows: 2 });
    const wider = `select 3 as id, 'C' as word, cast('2024-01-01' as date) as day`;
    const failed = await build(wider, { on_schema_change: 'fail' });
    expect(failed.results[0]?.message).toMatch(/day is new/);
    await build(wider, { on_schema_change: 'append_new_columns' });
    expect(await read('select * from main_shop.words order by id')).toEqual([
      [1, 'a', null],
      [2, 'B', null],
      [3, 'C', '2024-01-01'],
    ]);
  });

  it.runIf(isThere)('runs tests of both kinds and skips what is below', async () => {
    const nodes = {
      sites: seed(),
      stg: {
        sql: `select id, cast(rate as decimal(10, 2)) as rate, loaded_at from ref('sites') -- as loaded`,
        description: 'One row per site',
        columns: { id: "The site's key" },
      },
      open: { sql: `select id, count(*) as n, sum(rate) as rate from ref('stg') group by id` },
      unique: {
        type: 'test' as const,
        sql: `select id from ref('stg') group by id having count(*) > 1`,
        about: 'stg',
      },
      bad: { type: 'test' as const, sql: `select * from ref('open')`, about: 'open', config: { limit: 2 } },
      soft: {
        type: 'test' as const,
        sql: `select * from ref('open')`,
        about: 'open',
        config: { severity: 'warn', fail_calc: 'sum(n)' },
      },
      last: { sql: `select * from ref('open')` },
    };
    const given = [
      {
        input: "ref('stg')",
        format: 'csv' as const,
        rows: 'id,rate,loaded_at\n1,0.5,2024-01-01\n1,,\n2,,\n',
        fixture: null,
      },
    ];
    const expectation = (rate: number) => ({
      format: 'dict' as const,
      rows: [
        { id: 2, n: 1, rate: null },
        { id: 1, n: 2, rate },
      ],
      fixture: null,
    });
    const summary = await run({
      nodes,
      unitTests: { adds: { model: 'open', given, expect: expectation(0.5) } },
    });
    expect(summary.results.map((result) => [result.name, result.status, result.failures])).toEqual([
      ['sites', 'success', null],
      ['stg', 'success', null],
      ['unique', 'pass', 0],
      ['adds', 'pass', 0],
      ['open', 'success', null],
      ['bad', 'fail', 2],
      ['soft', 'warn', 3],
      ['last', 'skipped', null],
    ]);
    const wrong = await run({
      nodes,
      unitTests: { adds: { model: 'open', given, expect: expectation(0.7) } },
    });
    const unit = wrong.results.find((result) => result.name === 'adds');
    expect(unit?.message.replace(/0\.(\d)0*/g, '0.$1').replace(/ +/g, ' ')).toBe(
      '2 rows differ (- expected, + actual):\n id | n | rate\n + 1 | 2 | 0.5\n - 1 | 2 | 0.7',
    );
    const catalog = await buildCatalog(engine, buildTestCompiler({ nodes }).manifest, clock);
    expect(catalog.nodes[idOf('stg')]?.columns['id']).toMatchObject({
      type: expect.stringMatching(/^integer$/i),
      comment: "The site's key",
    });
  });

  it.runIf(isThere)('measures freshness', async () => {
    await run({ nodes: { sites: seed() } });
    const source = {
      unique_id: 'source.shop.a.b',
      source_name: 'a',
      name: 'b',
      relation_name: '"main_shop"."sites"',
      loaded_at_field: 'loaded_at',
      freshness: { warn_after: { count: 1, period: 'day' as const }, error_after: null, filter: 'id < 3' },
      original_file_path: 'models/sources.yml',
    };
    const compiler = buildTestCompiler({ nodes: {}, sources: [source] });
    const [result] = await runFreshness({ compiler, engine, clock });
    expect(result).toMatchObject({ status: 'warn', maxLoadedAt: '2024-01-31T08:00:00.250Z' });
  });

  it.runIf(isThere)('builds a whole small project twice, all green', async () => {
    await engine.execute('drop schema if exists shop cascade; drop schema if exists raw cascade;');
    await engine.execute(RAW_ORDERS);
    const compiler = openShop(engine, folder);
    const selection = selectNodes(compiler.manifest, {});
    for (const rows of [3, 0]) {
      const summary = await runNodes({ compiler, engine, selection, clock, kinds: 'build' });
      const failures = summary.results.filter((result) => !['success', 'pass'].includes(result.status));
      expect(failures).toEqual([]);
      expect(summary.results.find((result) => result.name === 'order_log')?.rows).toBe(rows);
    }
    expect(await read('select label, amount, big_orders from shop.region_totals order by label')).toEqual([
      ['Europe', '150.50', 1],
      ['United States', '20.00', 0],
    ]);
  });
});
