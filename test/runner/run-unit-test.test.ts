import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { buildFixedClock } from '../../src/base/index.ts';
import { type DuckdbEngine, openDuckdb } from '../../src/engines/index.ts';
import type { ManifestUnitTest, UnitTestGiven } from '../../src/runner/manifest.ts';
import { runNodes } from '../../src/runner/run-nodes.ts';
import type { NodeResult } from '../../src/runner/run-types.ts';
import { buildTestCompiler, type NodeSpec } from './run-project.ts';

let engine: DuckdbEngine;

beforeEach(async () => {
  engine = await openDuckdb({ path: ':memory:' });
  await engine.execute(
    `create schema main_shop; create schema raw;
     create table raw.orders (id integer, customer text, amount decimal(14, 2), paid_at timestamptz, is_paid boolean);
     create table main_shop.customers (customer text, since date);`,
  );
});

afterEach(async () => {
  await engine.close();
});

const NODES: Readonly<Record<string, NodeSpec>> = {
  customers: { sql: 'select 1' },
  spend: {
    sql: `with paid as (select * from source('raw', 'orders') where is_paid)
      select customer, cast(sum(amount) as decimal(14, 2)) as spent, max(paid_at) as last_at, 1.0 / count(*) as share
      from paid inner join ref('customers') using (customer) group by customer`,
  },
  light: { sql: `select customer as id from ref('customers')`, config: { materialized: 'ephemeral' } },
  reader: { sql: `select id, length(id) as letters from ref('light')` },
  events: {
    sql: `select * from ref('customers') as c /*inc*/ where since > (select max(since) from this) /*end*/`,
    config: { materialized: 'incremental' },
  },
};

const SOURCES = [
  {
    unique_id: 'source.shop.raw.orders',
    source_name: 'raw',
    name: 'orders',
    schema: 'raw',
    identifier: 'orders',
    relation_name: '"raw"."orders"',
  },
];

async function run(test: Partial<ManifestUnitTest> & { readonly model: string }): Promise<NodeResult> {
  const compiler = buildTestCompiler({ nodes: NODES, sources: SOURCES, unitTests: { checks: test } });
  const clock = buildFixedClock('2026-01-02T03:04:05Z');
  const before = await engine.listRelations();
  const summary = await runNodes({
    compiler,
    engine,
    selection: ['unit_test.shop.checks'],
    clock,
    kinds: 'test',
  });
  expect(await engine.listRelations()).toEqual(before);
  return summary.results[0] as NodeResult;
}

function given(
  input: string,
  rows: UnitTestGiven['rows'],
  format: UnitTestGiven['format'] = 'dict',
): UnitTestGiven {
  return { input, rows, format, fixture: null };
}

function dict(rows: readonly Readonly<Record<string, unknown>>[]) {
  return { format: 'dict', rows, fixture: null } as const;
}

const ORDERS = given("source('raw', 'orders')", [
  { customer: 'a', amount: 1.1, is_paid: true, paid_at: '2024-01-01T00:00:00Z' },
  { customer: 'a', amount: '2.20', is_paid: true, paid_at: '2024-02-01T00:00:00Z' },
  { customer: 'a', amount: 100, is_paid: false },
  { customer: "o'b", amount: 5, is_paid: true },
]);
const CUSTOMERS = given("ref('customers')", 'customer\na\n"o\'b"\n', 'csv');

describe('unit tests', () => {
  it('passes over dict and csv rows, with NULL for columns not given', async () => {
    const result = await run({
      model: 'spend',
      given: [ORDERS, CUSTOMERS],
      expect: dict([
        { customer: "o'b", spent: '5', last_at: null, share: 1 },
        { customer: 'a', spent: 3.3, last_at: '2024-02-01 00:00:00+00', share: 0.5 },
      ]),
    });
    expect(result).toMatchObject({ status: 'pass', failures: 0, resourceType: 'unit_test' });
    expect(result.compiledCode).toContain('__fixture__orders');
  });

  it('compares only the expected columns, as multisets', async () => {
    const rows = given("ref('customers')", [{ customer: 'xy' }, { customer: 'xy' }]);
    const light = given("ref('light')", "select 'xy' as id union all select 'xy'", 'sql');
    const twice = await run({
      model: 'reader',
      given: [light],
      expect: dict([{ letters: 2 }, { letters: 2 }]),
    });
    expect(twice.status).toBe('pass');
    const once = await run({ model: 'reader', given: [light], expect: dict([{ letters: 2 }]) });
    expect(once).toMatchObject({ status: 'fail', failures: 1 });
    expect(
      (await run({ model: 'light', given: [rows], expect: dict([{ id: 'xy' }, { id: 'xy' }]) })).status,
    ).toBe('pass');
  });

  it('shows what differs', async () => {
    const result = await run({
      model: 'spend',
      given: [ORDERS, CUSTOMERS],
      expect: { format: 'csv', rows: "customer,spent\na,3.30\no'b,6\n", fixture: null },
    });
    expect(result.status).toBe('fail');
    expect(result.message).toBe(
      [
        '2 rows differ (- expected, + actual):',
        '    customer | spent',
        "  + o'b      | 5.00",
        "  - o'b      | 6.00",
      ].join('\n'),
    );
    expect(result.file).toBe('models/unit.yml');
  });

  it('expects a query, or no rows', async () => {
    const none = given("source('raw', 'orders')", []);
    expect((await run({ model: 'spend', given: [none, CUSTOMERS], expect: dict([]) })).status).toBe('pass');
    expect((await run({ model: 'spend', given: [ORDERS, CUSTOMERS], expect: dict([]) })).status).toBe('fail');
    const result = await run({
      model: 'spend',
      given: [ORDERS, CUSTOMERS],
      expect: { format: 'sql', rows: `select 3.3 as spent union all select 5;`, fixture: null },
    });
    expect(result.status).toBe('pass');
  });

  it('takes the types of an ephemeral parent from its SQL', async () => {
    const result = await run({
      model: 'reader',
      given: [given("ref('light')", [{ id: 7 }])],
      expect: dict([{ id: '7', letters: 1 }]),
    });
    expect(result.status).toBe('pass');
  });

  it('stands in for `this` of an incremental model', async () => {
    const rows = given("ref('customers')", [
      { customer: 'a', since: '2024-01-01' },
      { customer: 'b', since: '2024-03-01' },
    ]);
    const overrides = { macros: { is_incremental: true }, vars: {}, env_vars: {} };
    const test = { model: 'events', overrides, expect: dict([{ customer: 'b' }]) };
    const standing = given('this', [{ since: '2024-02-01' }]);
    expect((await run({ ...test, given: [rows, standing] })).message).toBe('');
    expect((await run({ ...test, given: [rows] })).message).toMatch(/gives no input for this/);
    const whole = { ...test, overrides: null, expect: dict([{ customer: 'a' }, { customer: 'b' }]) };
    expect((await run({ ...whole, given: [rows] })).status).toBe('pass');
  });

  it.each([
    [[ORDERS], /gives no input for ref\('customers'\), which spend reads/],
    [[], /gives no input for source\('raw', 'orders'\), ref\('customers'\)/],
    [[ORDERS, CUSTOMERS, given("ref('nobody')", [])], /there is nothing behind the input ref\('nobody'\)/],
    [[ORDERS, CUSTOMERS, given("ref('light')", [])], /gives ref\('light'\), which spend does not read/],
    [[ORDERS, CUSTOMERS, CUSTOMERS], /gives ref\('customers'\) twice/],
    [
      [ORDERS, given("ref('customers')", [{ custmer: 'a' }])],
      /has no column custmer; it has customer, since/,
    ],
    [[ORDERS, given("ref('customers')", [{ since: 'soon' }])], /invalid date.*soon/i],
    [
      [ORDERS, given("ref('customers')", 'customer\na,b', 'csv')],
      /models\/unit.yml, checks, ref\('customers'\):2: the row has 2 values/,
    ],
  ])('says what is wrong with the input %#', async (list, message) => {
    const result = await run({ model: 'spend', given: list, expect: dict([]) });
    expect(result.status).toBe('error');
    expect(result.message).toMatch(message);
  });

  it('says which expected column the model lacks, and which parent is missing', async () => {
    const expectation = dict([{ custmer: 'a' }]);
    const lacking = await run({ model: 'spend', given: [ORDERS, CUSTOMERS], expect: expectation });
    expect(lacking.message).toMatch(
      /expects a column custmer; the model has customer, spent, last_at, share/,
    );
    await engine.execute('drop table raw.orders');
    const missing = await run({ model: 'spend', given: [ORDERS, CUSTOMERS], expect: dict([]) });
    expect(missing.message).toMatch(/no relation "raw"."orders"/);
  });
});
