import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { buildFixedClock } from '../../src/base/index.ts';
import { type DuckdbEngine, openDuckdb } from '../../src/engines/index.ts';
import type { NodeConfig } from '../../src/runner/manifest.ts';
import { runNodes } from '../../src/runner/run-nodes.ts';
import { buildRunPlan } from '../../src/runner/run-plan.ts';
import { renderRunResults } from '../../src/runner/run-results.ts';
import type { NodeStatus, RunRequest, RunSummary } from '../../src/runner/run-types.ts';
import { buildTestCompiler, idOf, listAll, type NodeSpec, type ProjectSpec } from './run-project.ts';

let engine: DuckdbEngine;
let folder: string;

beforeEach(async () => {
  engine = await openDuckdb({ path: ':memory:' });
  folder = fs.mkdtempSync(path.join(os.tmpdir(), 'tenure-'));
  fs.mkdirSync(path.join(folder, 'seeds'));
  fs.writeFileSync(
    path.join(folder, 'seeds/raw_orders.csv'),
    'id,region,amount\n1,eu,10\n2,us,20\n3,eu,30\n',
  );
});

afterEach(async () => {
  await engine.close();
  fs.rmSync(folder, { recursive: true });
});

function test(sql: string, about: string, config: Partial<NodeConfig> = {}): NodeSpec {
  return { type: 'test', sql, about, config };
}

const TABLE: Partial<NodeConfig> = { materialized: 'table' };

/** raw_orders → stg_orders → regions → report, and stg_orders → totals; each with tests. */
function buildShop(changes: Readonly<Record<string, NodeSpec>> = {}): ProjectSpec {
  return {
    nodes: {
      raw_orders: { type: 'seed', rootPath: folder },
      stg_orders: { sql: `select * from ref('raw_orders')` },
      regions: {
        sql: `select region, sum(amount) as amount from ref('stg_orders') group by region`,
        config: { materialized: 'table' },
      },
      totals: {
        sql: `select sum(amount) as amount from ref('stg_orders')`,
        config: { materialized: 'table' },
      },
      report: { sql: `select * from ref('regions') where region = 'eu'` },
      unique_id: test(`select id from ref('stg_orders') group by id having count(*) > 1`, 'stg_orders'),
      not_null_region: test(`select * from ref('regions') where region is null`, 'regions'),
      relationships: test(
        `select * from ref('regions') where region not in (select region from ref('stg_orders'))`,
        'regions',
      ),
      positive: test(`select * from ref('totals') where amount <= 0`, 'totals'),
      totals_agree: {
        type: 'test',
        sql: `select 1 from ref('totals') as t, (select sum(amount) as s from ref('regions')) as r where t.amount <> r.s`,
      },
      ...changes,
    },
    unitTests: {
      sums_by_region: {
        model: 'regions',
        given: [
          {
            input: "ref('stg_orders')",
            format: 'dict',
            rows: [
              { region: 'a', amount: 1 },
              { region: 'a', amount: 2 },
            ],
            fixture: null,
          },
        ],
        expect: { format: 'dict', rows: [{ region: 'a', amount: 3 }], fixture: null },
      },
    },
  };
}

async function run(spec: ProjectSpec, more: Partial<RunRequest> = {}): Promise<RunSummary> {
  const compiler = buildTestCompiler(spec);
  const clock = buildFixedClock('2026-01-02T03:04:05Z');
  return runNodes({ compiler, engine, selection: listAll(compiler), clock, kinds: 'build', ...more });
}

/** The same on two connections of a database of its own, models at once where they can be. */
async function runAtOnce(spec: ProjectSpec, more: Partial<RunRequest> = {}): Promise<RunSummary> {
  const other = await openDuckdb({ path: ':memory:' });
  try {
    return await run(spec, { engine: other, beside: [await other.connect()], modelsAtOnce: true, ...more });
  } finally {
    await other.close();
  }
}

function listStatuses(summary: RunSummary): Record<string, NodeStatus> {
  return Object.fromEntries(summary.results.map((result) => [result.name, result.status]));
}

const GREEN: Readonly<Record<string, NodeStatus>> = {
  raw_orders: 'success',
  stg_orders: 'success',
  unique_id: 'pass',
  sums_by_region: 'pass',
  regions: 'success',
  not_null_region: 'pass',
  relationships: 'pass',
  totals: 'success',
  positive: 'pass',
  totals_agree: 'pass',
  report: 'success',
};

describe('a build', () => {
  it('runs unit tests before their model, data tests right after it', async () => {
    const summary = await run(buildShop());
    expect(Object.keys(listStatuses(summary))).toEqual(Object.keys(GREEN));
    expect(listStatuses(summary)).toEqual(GREEN);
    expect(summary.counts).toEqual({ success: 5, pass: 6, fail: 0, warn: 0, error: 0, skipped: 0 });
    expect(summary.ok).toBe(true);
  });

  const below = {
    sums_by_region: 'skipped',
    regions: 'skipped',
    not_null_region: 'skipped',
    relationships: 'skipped',
    totals_agree: 'skipped',
    report: 'skipped',
  } as const;
  const belowStaging = { ...below, totals: 'skipped', positive: 'skipped' } as const;

  it.each<[string, Readonly<Record<string, NodeSpec>>, Readonly<Record<string, NodeStatus>>]>([
    [
      'bad SQL',
      { regions: { sql: `select nope from ref('stg_orders')` } },
      { ...below, sums_by_region: 'error' },
    ],
    [
      'bad SQL that its unit test does not see',
      {
        regions: {
          sql: `select region, sum(amount) as amount, max(case when region = 'eu' then error('broken') end) as x
            from ref('stg_orders') group by region`,
          config: { materialized: 'table' },
        },
      },
      { ...below, sums_by_region: 'pass', regions: 'error' },
    ],
    [
      'a failing unit test',
      { regions: { sql: `select region, max(amount) as amount from ref('stg_orders') group by region` } },
      { ...below, sums_by_region: 'fail' },
    ],
    [
      'a failing data test',
      { not_null_region: test(`select * from ref('regions')`, 'regions') },
      { not_null_region: 'fail', report: 'skipped' },
    ],
    [
      'a failing data test on two models',
      { relationships: test(`select 1 from ref('regions'), ref('stg_orders')`, 'regions') },
      { relationships: 'fail', report: 'skipped' },
    ],
    [
      'a data test with bad SQL',
      { positive: test(`select nope from ref('totals')`, 'totals') },
      { positive: 'error' },
    ],
    [
      'a failing test high up',
      { unique_id: test(`select id from ref('stg_orders')`, 'stg_orders') },
      { ...belowStaging, unique_id: 'fail' },
    ],
    [
      'a failing singular test',
      { totals_agree: { type: 'test', sql: `select 1 from ref('totals'), ref('regions')` } },
      { totals_agree: 'fail' },
    ],
    [
      'a test that only warns',
      { unique_id: test(`select id from ref('stg_orders')`, 'stg_orders', { severity: 'warn' }) },
      { unique_id: 'warn' },
    ],
    [
      'a model that fails while it is read',
      {
        totals: {
          sql: `select error('broken') as amount from ref('stg_orders')`,
          config: { materialized: 'table' },
        },
      },
      { totals: 'error', positive: 'skipped', totals_agree: 'skipped' },
    ],
    [
      'a seed without its file',
      { raw_orders: { type: 'seed', rootPath: '/nowhere' } },
      { ...belowStaging, raw_orders: 'error', stg_orders: 'skipped', unique_id: 'skipped' },
    ],
  ])('%s fails its own node and skips exactly what is below', async (_name, changes, expected) => {
    const summary = await run(buildShop(changes));
    expect(listStatuses(summary)).toEqual({ ...GREEN, ...expected });
    expect(summary.ok).toBe(!Object.values(expected).some((status) => status !== 'warn'));
    for (const result of summary.results) {
      if (result.status === 'skipped') expect(result.message).toMatch(/^Skipped: .+ failed \(.+\)\.$/);
      else if (result.status !== 'pass') expect(result.message).not.toBe('');
    }
    expect(await runAtOnce(buildShop(changes))).toEqual(summary);
  });

  it('tells results in the order of the plan, however many models run at once', async () => {
    const nodes: Record<string, NodeSpec> = {
      slow: { sql: 'select count(*) as n from range(3000000) as r(i) where hash(i) % 7 = 3', config: TABLE },
    };
    for (let index = 0; index < 12; index += 1) {
      nodes[`quick_${index}`] = { sql: `select ${index} as n`, config: TABLE };
      nodes[`below_${index}`] = { sql: `select n from ref('quick_${index}')`, config: TABLE };
    }
    nodes['not_empty'] = test(`select * from ref('quick_3') where n is null`, 'quick_3');
    const seen: string[] = [];
    const summary = await runAtOnce(
      { nodes },
      { onResult: ({ name }, done) => seen.push(`${done} ${name}`) },
    );
    expect(summary).toEqual(await run({ nodes }));
    expect(seen).toEqual(summary.results.map(({ name }, index) => `${index + 1} ${name}`));
  });

  it('names the first cause of a skip', async () => {
    const summary = await run(buildShop({ stg_orders: { sql: 'select nope' } }));
    const report = summary.results.find((result) => result.name === 'report');
    expect(report?.skippedBecause).toBe(idOf('stg_orders'));
    expect(report?.message).toBe('Skipped: model stg_orders failed (models/stg_orders.sql).');
  });

  it('builds what is left of a selection, looking through what is not in it', async () => {
    await run(buildShop());
    const selection = ['stg_orders', 'report'].map((name) => idOf(name));
    const broken = buildShop({ stg_orders: { sql: 'select nope' } });
    expect(listStatuses(await run(broken, { selection }))).toEqual({
      stg_orders: 'error',
      report: 'skipped',
    });
    const test = [idOf('not_null_region', 'test')];
    expect(listStatuses(await run(buildShop(), { selection: test }))).toEqual({ not_null_region: 'pass' });
  });

  it('keeps to its kind', async () => {
    const names = async (kinds: RunRequest['kinds']) =>
      Object.keys(listStatuses(await run(buildShop(), { kinds })));
    expect(await names('seed')).toEqual(['raw_orders']);
    expect(await names('run')).toEqual(['stg_orders', 'regions', 'totals', 'report']);
    expect((await names('test')).sort()).toEqual(
      ['unique_id', 'sums_by_region', 'not_null_region', 'relationships', 'positive', 'totals_agree'].sort(),
    );
  });

  it('stops between nodes on request and at the first failure with failFast', async () => {
    const controller = new AbortController();
    const seen: string[] = [];
    const stopped = await run(buildShop(), {
      signal: controller.signal,
      onStart: (id, position, total) => seen.push(`${position}/${total} ${id}`),
      onResult: (result) => result.name === 'stg_orders' && controller.abort(),
    });
    expect(seen[0]).toBe('1/11 seed.shop.raw_orders');
    expect(stopped).toMatchObject({ ok: false, wasStopped: true, counts: { success: 2, skipped: 9 } });
    const changes = { unique_id: test(`select id from ref('stg_orders')`, 'stg_orders') };
    const fast = await run(buildShop({ ...changes, apart: { sql: 'select 1 as n' } }), { failFast: true });
    expect(fast.results.find((result) => result.name === 'apart')).toMatchObject({
      status: 'skipped',
      skippedBecause: 'failFast',
    });
    expect(fast.counts.fail).toBe(1);
  });

  it('passes an ephemeral model by, but not its failing test', async () => {
    const nodes = {
      light: { sql: 'select 1 as n', config: { materialized: 'ephemeral' as const } },
      heavy: { sql: `select * from ref('light')` },
      bad: test(`select * from ref('light')`, 'light'),
    };
    expect(listStatuses(await run({ nodes }))).toEqual({ bad: 'fail', heavy: 'skipped' });
    const { bad: _bad, ...good } = nodes;
    expect(listStatuses(await run({ nodes: good }))).toEqual({ heavy: 'success' });
  });

  it('skips what is below a source whose test fails, and nothing for a test on what is not selected', async () => {
    await engine.execute('create schema raw; create table raw.orders as select 1 as id;');
    const source = {
      unique_id: 'source.shop.raw.orders',
      source_name: 'raw',
      name: 'orders',
      relation_name: '"raw"."orders"',
    };
    const spec: ProjectSpec = {
      sources: [source],
      nodes: {
        above: { sql: `select * from source('raw', 'orders')` },
        below: { sql: `select * from ref('above')` },
        apart: { sql: 'select 1 as id' },
        beside: { sql: `select * from source('raw', 'orders')` },
        bad_source: { type: 'test', sql: `select * from source('raw', 'orders')` },
        bad_model: test(`select * from ref('above')`, 'above'),
      },
    };
    expect(listStatuses(await run(spec))).toEqual({
      bad_source: 'fail',
      above: 'skipped',
      bad_model: 'skipped',
      below: 'skipped',
      beside: 'skipped',
      apart: 'success',
    });
    await engine.execute(
      'create schema if not exists main_shop; create view main_shop.above as select 1 as id;',
    );
    const selection = [idOf('bad_model', 'test'), idOf('beside')];
    expect(listStatuses(await run(spec, { selection }))).toEqual({ bad_model: 'fail', beside: 'success' });
  });

  it('plans five hundred models with their tests', () => {
    const nodes: Record<string, NodeSpec> = {};
    for (let number = 0; number < 500; number += 1) {
      const parents = [number - 1, number - 7].filter((parent) => parent >= 0);
      nodes[`m${number}`] = { sql: parents.map((parent) => `ref('m${parent}')`).join(' ') };
      for (const name of ['a', 'b', 'c', 'd'])
        nodes[`t${number}${name}`] = test(`ref('m${number}')`, `m${number}`);
    }
    const compiler = buildTestCompiler({ nodes });
    const plan = buildRunPlan(compiler.manifest, listAll(compiler), 'build');
    expect(plan).toHaveLength(2500);
    expect(plan.slice(0, 6).map((task) => task.uniqueId)).toEqual([
      'model.shop.m0',
      'test.shop.t0a',
      'test.shop.t0b',
      'test.shop.t0c',
      'test.shop.t0d',
      'model.shop.m1',
    ]);
  });

  it('finds an order where tests wait for each other', async () => {
    const nodes = {
      n1: { sql: 'select 1 as n' },
      n2: { sql: 'select 1 as n' },
      c1: { sql: `select * from ref('n1')` },
      c2: { sql: `select * from ref('n2')` },
      b2: { sql: `select * from ref('c1')` },
      b1: { sql: `select * from ref('c2')` },
      t1: test(`select 1 from ref('n1'), ref('b1') where false`, 'n1'),
      t2: test(`select 1 from ref('n2'), ref('b2') where false`, 'n2'),
    };
    const summary = await run({ nodes });
    expect(summary.counts).toMatchObject({ success: 6, pass: 2 });
  });
});

describe('data tests', () => {
  const judge = async (config: Partial<NodeConfig>, rows = 3) => {
    const sql = `select range as n from range(${rows})`;
    const summary = await run({ nodes: { check: { type: 'test', sql, config } } });
    const [result] = summary.results;
    return [result?.status, result?.failures, result?.message];
  };

  it('judges as dbt does', async () => {
    expect(await judge({})).toEqual(['fail', 3, 'Got 3 results, configured to fail if != 0']);
    expect(await judge({}, 0)).toEqual(['pass', 0, '']);
    expect(await judge({ severity: 'warn' }, 1)).toEqual([
      'warn',
      1,
      'Got 1 result, configured to warn if != 0',
    ]);
    expect(await judge({ error_if: '>10' })).toEqual([
      'warn',
      3,
      'Got 3 results, configured to warn if != 0',
    ]);
    expect(await judge({ error_if: '>10', warn_if: '> 5' })).toEqual(['pass', 0, '']);
    expect(await judge({ error_if: 'between 3 and 4' })).toEqual([
      'fail',
      3,
      'Got 3 results, configured to fail if between 3 and 4',
    ]);
    expect((await judge({ severity: 'warn', error_if: '>1', warn_if: '>5' }))[0]).toBe('pass');
    expect((await judge({ limit: 2 }))[1]).toBe(2);
    expect((await judge({ fail_calc: 'sum(n)' }))[1]).toBe(3);
  });

  it('refuses what it cannot judge', async () => {
    expect((await judge({ fail_calc: 'sum(n)' }, 0))[2]).toMatch(/sum\(n\), gave no number/);
    expect((await judge({ error_if: 'nonsense' }))[0]).toBe('error');
  });

  it('keeps the failing rows where store_failures asks for it', async () => {
    for (const rows of [3, 1]) {
      expect((await judge({ store_failures: true }, rows))[2]).toMatch(
        /^Got . results? in "main_shop"."check", /,
      );
      expect(await engine.query('select n from main_shop."check"')).toHaveLength(rows);
    }
    expect((await judge({ store_failures: true }, 0))[0]).toBe('pass');
    expect(await engine.query('select n from main_shop."check"')).toEqual([]);
  });
});

describe('run_results.json', () => {
  it('has the shape of version 6', async () => {
    const summary = await run(buildShop({ positive: test(`select * from ref('totals')`, 'totals') }));
    const metadata = { dbt_version: '1.10.0', invocation_id: 'abc' };
    const document = JSON.parse(
      renderRunResults(summary, { manifest: { metadata }, args: { which: 'build' } }),
    );
    expect(document.metadata).toMatchObject({
      dbt_schema_version: 'https://schemas.getdbt.com/dbt/run-results/v6.json',
      generated_at: '2026-01-02T03:04:05.000Z',
      invocation_id: 'abc',
    });
    expect(document.args).toEqual({ which: 'build' });
    const find = (id: string) =>
      document.results.find((result: { unique_id: string }) => result.unique_id === id);
    expect(find(idOf('regions'))).toMatchObject({
      status: 'success',
      adapter_response: { rows_affected: 2 },
      relation_name: '"main_shop"."regions"',
      compiled: true,
    });
    expect(find(idOf('positive', 'test'))).toMatchObject({
      status: 'fail',
      failures: 1,
      relation_name: null,
    });
  });
});
