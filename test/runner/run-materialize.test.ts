import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { buildFixedClock } from '../../src/base/index.ts';
import { type DuckdbEngine, openDuckdb } from '../../src/engines/index.ts';
import { runNodes } from '../../src/runner/run-nodes.ts';
import type { RunKinds, RunSummary } from '../../src/runner/run-types.ts';
import { buildTestCompiler, listAll, type NodeSpec, type ProjectSpec } from './run-project.ts';

let engine: DuckdbEngine;
const clock = buildFixedClock('2026-01-02T03:04:05Z');

beforeEach(async () => {
  engine = await openDuckdb({ path: ':memory:' });
});

afterEach(async () => {
  await engine.close();
});

async function run(
  nodes: Readonly<Record<string, NodeSpec>>,
  more: Omit<ProjectSpec, 'nodes'> & { fullRefresh?: boolean; kinds?: RunKinds } = {},
): Promise<RunSummary> {
  const compiler = buildTestCompiler({ nodes, ...more });
  const { fullRefresh = false, kinds = 'build' } = more;
  return runNodes({ compiler, engine, selection: listAll(compiler), clock, kinds, fullRefresh });
}

async function read(sql: string): Promise<readonly unknown[]> {
  return (await engine.query(sql)).map((row) => Object.values(row));
}

describe('views and tables', () => {
  it('builds them in order, with comments and indexes, and says how many rows', async () => {
    const summary = await run({
      numbers: {
        sql: 'select * from range(5) as t(n)',
        config: {
          materialized: 'table',
          indexes: [
            { columns: ['n'], unique: true },
            { columns: ['n'], type: 'brin' },
          ],
          persist_docs: { relation: true, columns: true },
        },
        description: "One row per number; it's small",
        columns: { n: 'The number', gone: 'Not in the table' },
      },
      even: {
        sql: "select n from ref('numbers') where n % 2 = 0 -- done",
        config: { persist_docs: { relation: true } },
        description: 'Even ones',
      },
    });
    expect(summary.results.map((result) => [result.name, result.status, result.rows])).toEqual([
      ['numbers', 'success', 5],
      ['even', 'success', null],
    ]);
    expect(summary.ok).toBe(true);
    expect(await read('select count(*) from main_shop.even')).toEqual([[3]]);
    expect(await read("select comment from duckdb_tables() where table_name = 'numbers'")).toEqual([
      ["One row per number; it's small"],
    ]);
    expect(await read("select comment from duckdb_columns() where table_name = 'numbers'")).toEqual([
      ['The number'],
    ]);
    expect(await read("select comment from duckdb_views() where view_name = 'even'")).toEqual([
      ['Even ones'],
    ]);
    expect(await read('select is_unique from duckdb_indexes()')).toEqual([[true]]);
  });

  it('turns a view into a table and back, also when it has an index', async () => {
    const config = { materialized: 'table', indexes: [{ columns: ['n'] }] } as const;
    for (const spec of [{}, { config }, { config }, {}]) {
      const summary = await run({ numbers: { sql: 'select 1 as n', ...spec } });
      expect(summary.results[0]).toMatchObject({ status: 'success' });
    }
    expect(
      await read("select table_type from information_schema.tables where table_name = 'numbers'"),
    ).toEqual([['VIEW']]);
  });

  it('leaves what stood there when the new SQL or a hook fails', async () => {
    await run({ numbers: { sql: 'select 1 as n', config: { materialized: 'table' } } });
    const bad = await run({ numbers: { sql: 'select nope', config: { materialized: 'view' } } });
    expect(bad.results[0]).toMatchObject({ status: 'error', file: 'models/numbers.sql' });
    expect(bad.results[0]?.message).toMatch(/nope/);
    expect(bad.results[0]?.compiledCode).toBe('select nope');
    const hook = await run({
      numbers: {
        sql: 'select 2 as n',
        config: { 'post-hook': [{ sql: 'insert into this_is_not_there values (1)', transaction: true }] },
      },
    });
    expect(hook.results[0]?.status).toBe('error');
    expect(await read('select n from main_shop.numbers')).toEqual([[1]]);
  });

  it('runs hooks in dbt order around the model', async () => {
    await engine.execute('create table log (step text)');
    const hook = (step: string, transaction: boolean) => ({
      sql: `insert into log values ('${step}')`,
      transaction,
    });
    await run({
      numbers: {
        sql: 'select count(*) as n from log',
        config: {
          materialized: 'table',
          'pre-hook': [hook('in before', true), hook('out before', false), { sql: ' ', transaction: true }],
          'post-hook': [hook('out after', false), hook('in after', true)],
        },
      },
    });
    expect(await read('select step from log')).toEqual([
      ['out before'],
      ['in before'],
      ['in after'],
      ['out after'],
    ]);
    expect(await read('select n from main_shop.numbers')).toEqual([[2]]);
  });

  it('names what it does not support', async () => {
    const summary = await run({
      numbers: { sql: 'select 1 as n', config: { materialized: 'snapshot' as never } },
    });
    expect(summary.results[0]?.message).toMatch(/materialized = snapshot.*not supported/);
  });
});

describe('incremental models', () => {
  const SQL = `select * from (values (1, 'a'), (2, 'b') /*inc*/ , (3, 'c') /*end*/) as t(id, word)`;
  const LATER = `select * from (values (2, 'B'), (4, 'd')) as t(id, word)`;
  const spec = (sql: string, config: Partial<NodeSpec['config']> = {}): Record<string, NodeSpec> => ({
    words: { sql, config: { materialized: 'incremental', ...config } },
  });
  const all = () => read('select id, word from main_shop.words order by id, word');

  it('is created in full first, then appended to', async () => {
    await run(spec(SQL));
    expect(await all()).toEqual([
      [1, 'a'],
      [2, 'b'],
    ]);
    const later = await run(spec(LATER));
    expect(later.results[0]).toMatchObject({ status: 'success', rows: 2 });
    expect(await all()).toEqual([
      [1, 'a'],
      [2, 'B'],
      [2, 'b'],
      [4, 'd'],
    ]);
  });

  it('compiles the incremental branch only for a table that exists', async () => {
    await run(spec(SQL));
    await run(spec(SQL));
    expect(await read('select count(*) from main_shop.words')).toEqual([[5]]);
    await run(spec(SQL), { fullRefresh: true });
    expect(await read('select count(*) from main_shop.words')).toEqual([[2]]);
    await run(spec(SQL, { full_refresh: false }), { fullRefresh: true });
    expect(await read('select count(*) from main_shop.words')).toEqual([[5]]);
  });

  it.each([
    [{ unique_key: 'id' }],
    [{ unique_key: ['id'], incremental_strategy: 'delete+insert' }],
    [{ unique_key: 'id', incremental_strategy: 'merge' }],
    [{ unique_key: 'id', indexes: [{ columns: ['id'], unique: true }] }],
  ])('replaces rows of the same key: %o', async (config) => {
    await run(spec(SQL, config));
    const later = await run(spec(LATER, config));
    expect(later.results[0]?.message).toBe('added 2 rows');
    expect(await all()).toEqual([
      [1, 'a'],
      [2, 'B'],
      [4, 'd'],
    ]);
  });

  it('matches a key of several columns as a whole', async () => {
    const config = { unique_key: ['id', 'word'] };
    await run(spec(SQL, config));
    await run(spec(LATER, config));
    expect(await read('select count(*) from main_shop.words')).toEqual([[4]]);
  });

  it('follows on_schema_change', async () => {
    const wider = `select 9 as id, 'z' as word, 1.5 as weight`;
    await run(spec(SQL));
    expect((await run(spec(wider))).ok).toBe(true);
    const failing = await run(spec(wider, { on_schema_change: 'fail' }));
    expect(failing.results[0]?.message).toMatch(/weight is new/);
    const appended = await run(spec(wider, { on_schema_change: 'append_new_columns' }));
    expect(appended.ok).toBe(true);
    expect(await read('select weight from main_shop.words where id = 9 order by weight nulls first')).toEqual(
      [[null], ['1.5']],
    );
    const sync = await run(spec(wider, { on_schema_change: 'sync_all_columns' }));
    expect(sync.results[0]?.message).toMatch(/sync_all_columns, which is not supported/);
    const strategy = await run(spec(wider, { incremental_strategy: 'microbatch' }));
    expect(strategy.results[0]?.message).toMatch(/microbatch, which is not supported/);
  });

  it('changes nothing when the new rows do not go in, and takes a view that stands in its place', async () => {
    await run(spec(SQL));
    const bad = await run(spec(`select 'x' as id, 'y' as word`, { unique_key: 'word' }));
    expect(bad.results[0]?.status).toBe('error');
    expect(await all()).toHaveLength(2);
    expect(
      await read(`select count(*) from information_schema.tables where table_name like '%tenure%'`),
    ).toEqual([[0]]);
    await run({ words: { sql: 'select 1 as id' } });
    expect((await run(spec(SQL))).ok).toBe(true);
    expect(await all()).toHaveLength(2);
  });
});
