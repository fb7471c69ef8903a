import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type DuckdbEngine, openDuckdb } from '../../src/engines/index.ts';
import type { Compiler } from '../../src/runner/index.ts';
import { openFiles } from './project-folder.ts';

const PROPERTIES = `
models:
  - name: orders
    data_tests:
      - below:
          arguments: {column_name: amount, ceiling: "{{ var('ceiling') }}"}
          config:
            severity: "{{ 'warn' if var('ceiling') > 10 else 'error' }}"
            tags: [money]
            limit: 7
            fail_calc: max(amount)
            warn_if: '>1'
            error_if: '>10'
          description: Amounts have a ceiling.
    columns:
      - name: id
        data_tests:
          - unique:
              config: {where: "status = '{{ var(\\"kept\\") }}'"}
          - unique: {name: ids_are_unique}
          - not_null: {severity: warn, where: amount > 2}
      - name: status
        tests:
          - accepted_values: {values: [open, "o''clock"]}
      - name: amount
        data_tests:
          - accepted_values: {arguments: {values: [1, 2, 3], quote: false}}
      - name: customer
        data_tests:
          - relationships: {arguments: {to: ref('customers'), field: id}}
          - relationships: {name: to_source, arguments: {to: "source('raw', 'customers')", field: id}, config: {enabled: false}}
      - name: Odd Name
        quote: true
        data_tests: [not_null]
sources:
  - name: raw
    tables:
      - name: customers
        columns: [{name: id, data_tests: [not_null]}]
`;

const MODELS = {
  'models/orders.sql': 'select * from raw.orders',
  'models/customers.sql': "select * from {{ source('raw', 'customers') }}",
  'models/properties.yml': PROPERTIES,
  'macros/below.sql':
    "{% data_test below(model, column_name, ceiling) %}{{ config(severity='warn', limit=3) }}\nselect * from {{ model }} where {{ column_name }} >= {{ ceiling }}{% enddata_test %}",
};

let engine: DuckdbEngine;
let compiler: Compiler;

beforeAll(async () => {
  engine = await openDuckdb({ path: ':memory:' });
  compiler = openFiles(MODELS, { vars: { ceiling: 3, kept: 'open' } });
  await engine.execute(
    `
    create schema raw;
    create table raw.customers as select * from (values (1), (2), (null)) as t(id);
    create table raw.orders as select * from (values
      (1, 'open', 1, 1, 'x'), (1, 'open', 2, 1, 'x'), (1, 'shut', 3, 9, null), (null, null, 4, null, 'x'), (null, 'open', 1, 2, 'x')
    ) as t(id, status, amount, customer, "Odd Name");
    create view main.orders as select * from raw.orders;
    create view main.customers as select * from raw.customers;
  `,
  );
});

afterAll(() => engine.close());

/** The rows a test finds. */
async function failuresOf(prefix: string): Promise<number> {
  const id = Object.keys(compiler.manifest.nodes).find((key) => key.startsWith(`test.shop.${prefix}`)) ?? '';
  return (await engine.query(compiler.compile(id))).length;
}

describe('generic data tests', () => {
  it.each([
    ['unique_orders_id', 1],
    ['ids_are_unique', 1],
    ['not_null_orders_id', 1],
    ['accepted_values_orders_status', 1],
    ['accepted_values_orders_amount', 1],
    ['relationships_orders_customer', 1],
    ['not_null_orders__Odd', 1],
    ['source_not_null_raw_customers_id', 1],
    ['below_orders', 2],
  ])('%s finds %d rows', async (prefix, count) => {
    expect(await failuresOf(prefix)).toBe(count);
  });

  it('wrap the model for where, rendered when it is compiled', () => {
    const id =
      Object.keys(compiler.manifest.nodes).find((key) => key.startsWith('test.shop.unique_orders_id')) ?? '';
    expect(compiler.compile(id)).toContain(
      `from (select * from "main"."orders" where status = 'open') dbt_subquery`,
    );
  });

  it('take their settings from YAML over those of the test itself', () => {
    const test = Object.values(compiler.manifest.nodes).find((node) => node.name.startsWith('below_orders'));
    expect(test).toMatchObject({
      config: {
        severity: 'error',
        limit: 7,
        fail_calc: 'max(amount)',
        warn_if: '>1',
        error_if: '>10',
        tags: ['money'],
      },
      description: 'Amounts have a ceiling.',
      attached_node: 'model.shop.orders',
      depends_on: { nodes: ['model.shop.orders'] },
    });
  });

  it('know what they read, and are left out when they are disabled', () => {
    const nodes = Object.values(compiler.manifest.nodes);
    expect(nodes.find((node) => node.name.startsWith('relationships'))?.depends_on.nodes).toEqual([
      'model.shop.customers',
      'model.shop.orders',
    ]);
    expect(
      Object.values(compiler.manifest.disabled)
        .flat()
        .map((node) => node.name),
    ).toEqual(['to_source']);
  });

  it('may be replaced by the project, and read ephemeral models', () => {
    const own = openFiles({
      'models/e.sql': "{{ config(materialized='ephemeral') }} select 1 as x",
      'models/e.yml': 'models: [{name: e, columns: [{name: x, data_tests: [not_null]}]}]',
      'tests/generic/mine.sql':
        '{% test not_null(model, column_name) %}select 1 as mine from {{ model }}{% endtest %}',
    });
    const [id = ''] = Object.keys(own.manifest.nodes).filter((key) => key.startsWith('test.'));
    expect(own.compile(id)).toBe(
      'with __dbt__cte__e as (\nselect 1 as x\n) select 1 as mine from __dbt__cte__e',
    );
  });
});
