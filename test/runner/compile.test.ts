import path from 'node:path';
import { describe, expect, it } from 'vitest';
import type { CompilerMessage } from '../../src/runner/index.ts';
import { buildTestHash, buildTestNames } from '../../src/runner/test-names.ts';
import { BAKERY, compileModel, openFiles, openFolder, writeProject } from './project-folder.ts';

describe('the bakery project', () => {
  const compiler = openFolder(BAKERY);
  const ids = Object.values(compiler.manifest.nodes)
    .filter((node) => node.resource_type !== 'seed')
    .map((node) => node.unique_id);

  it.each(ids)('compiles %s to the SQL kept in the golden folder', async (id) => {
    await expect(`${compiler.compile(id)}\n`).toMatchFileSnapshot(
      path.resolve('test/golden/bakery', `${id}.sql`),
    );
  });

  it('places nodes where dbt places them', () => {
    const places = Object.values(compiler.manifest.nodes)
      .filter((node) => node.resource_type !== 'test')
      .map((node) => [node.name, node.relation_name, node.config.materialized, node.tags.join(' ')]);
    expect(places).toEqual([
      ['products', '"main_seeds"."products"', 'seed', ''],
      ['raw_orders', '"main_seeds"."raw_orders"', 'seed', ''],
      ['int_customer_totals', null, 'ephemeral', ''],
      ['int_orders_paid', null, 'ephemeral', ''],
      ['customers', '"main_marts"."customers"', 'table', ''],
      ['daily_orders', '"main_marts"."daily_orders"', 'incremental', 'daily'],
      ['stg_customers', '"main"."stg_customers"', 'view', 'staging'],
      ['stg_orders', '"main"."stg_orders"', 'view', 'staging'],
    ]);
    expect(compiler.manifest.nodes['model.bakery.daily_orders']?.config).toMatchObject({
      unique_key: 'ordered_on',
      'post-hook': [{ sql: 'analyze {{ this }}', transaction: true }],
    });
    expect(compiler.manifest.nodes['seed.bakery.products']?.config.column_types).toEqual({
      price_cents: 'integer',
    });
  });

  it('keeps a disabled model, with its broken reference, out of the graph', () => {
    expect(Object.keys(compiler.manifest.disabled)).toEqual(['model.bakery.old_report']);
  });

  it('reads sources, docs, exposures and unit tests', () => {
    const { sources, docs, exposures, unit_tests, nodes } = compiler.manifest;
    expect(sources['source.bakery.till.customers']).toMatchObject({
      relation_name: '"till"."till_customers"',
      loaded_at_field: 'loaded_at',
      freshness: {
        warn_after: { count: 12, period: 'hour' },
        error_after: { count: 2, period: 'day' },
        filter: null,
      },
      tags: ['raw'],
    });
    expect(sources['source.bakery.till.notes']?.freshness).toBeNull();
    expect(Object.keys(docs)).toEqual(['doc.bakery.customer_id']);
    expect(nodes['model.bakery.customers']?.columns['customer_id']?.description).toBe(
      "The number on the **customer's** card.",
    );
    expect(nodes['model.bakery.stg_orders']?.description).toBe('One row per order, with its amount in EUR.');
    expect(exposures['exposure.bakery.morning_sheet']?.depends_on.nodes).toEqual([
      'model.bakery.customers',
      'model.bakery.daily_orders',
    ]);
    expect(unit_tests['unit_test.bakery.customers.size_of_customers']).toMatchObject({
      given: [
        { input: "ref('stg_customers')", format: 'dict', fixture: null },
        {
          input: "ref('int_customer_totals')",
          format: 'csv',
          rows: 'customer_id,paid_orders,paid_amount\n1,1,50.00\n',
        },
      ],
      overrides: { vars: { large_order: 40 } },
    });
    expect(unit_tests['unit_test.bakery.daily_orders.new_days_only']?.given[0]?.rows).toMatch(/^order_id,/);
  });

  it('answers hooks and other pieces of SQL in the context of a node', () => {
    expect(compiler.render('analyze {{ this }}', 'model.bakery.daily_orders')).toBe(
      'analyze "main_marts"."daily_orders"',
    );
    expect(compiler.render("select * from {{ ref('int_orders_paid') }}", 'model.bakery.customers')).toMatch(
      /^with __dbt__cte__int_orders_paid as \(/,
    );
  });

  it('compiles a node again for a unit test, with stand-ins for relations, variables and macros', () => {
    const sql = compiler.compile('model.bakery.customers', {
      relations: new Map([
        ['model.bakery.stg_customers', 'given_1'],
        ['model.bakery.int_customer_totals', 'given_2'],
      ]),
      vars: { large_order: 40 },
    });
    expect(sql).toContain('select * from given_1');
    expect(sql).toContain('select * from given_2');
    expect(sql).toContain('>= 40 then');
    expect(sql).not.toContain('__dbt__cte__');
    const incremental = compiler.compile('model.bakery.daily_orders', {
      macros: { is_incremental: true },
      relations: new Map([['this', 'before']]),
    });
    expect(incremental).toContain('(select max(ordered_on) from before)');
    expect(compiler.compile('model.bakery.daily_orders', { isIncremental: true })).toContain(
      'from "main_marts"."daily_orders")',
    );
    expect(compiler.compile('model.bakery.daily_orders')).not.toContain('where');
  });

  it('follows the target in dispatch', () => {
    const postgres = openFolder(BAKERY, { type: 'postgres' });
    expect(postgres.compile('model.bakery.stg_orders')).toContain('::numeric(16, 2) / 100)');
  });
});

describe('names of data tests', () => {
  it("are dbt's own, to the last letter of the hash", () => {
    const metadata = {
      name: 'unique',
      namespace: null,
      kwargs: { column_name: 'customer_id', model: "{{ get_where_subquery(ref('customers')) }}" },
    };
    expect(buildTestHash('unique_customers_customer_id', metadata)).toBe('c5af1ff4b1');
    expect(buildTestHash('not_null_customers_customer_id', { ...metadata, name: 'not_null' })).toBe(
      '5c9bf9911d',
    );
  });

  it('are shortened as dbt shortens them', () => {
    const names = buildTestNames(
      { name: 'accepted_values', subject: 'orders' },
      { column_name: 'status', values: ['placed', 'shipped', 'completed', 'return_pending', 'returned'] },
    );
    expect(names).toEqual({
      full: 'accepted_values_orders_status__placed__shipped__completed__return_pending__returned',
      short: 'accepted_values_orders_1ce6ab157c285f7cd2ac656013faf758',
    });
  });
});

describe('Jinja in models', () => {
  it.each([
    ["{{ var('a', 3) }} {{ var('b') }} {{ var('none', default='x') }}", '3 given x'],
    ["{{ env_var('HOME_TOWN') }} {{ env_var('NOT_THERE', 'else') }}", 'Chatham else'],
    [
      "{{ config(materialized='table', owner='me') }}{{ config.get('owner') }} {{ config.get('x', 'y') }} {{ config.require('materialized') }}",
      'me y table',
    ],
    ['{{ this }} {{ this.schema }} {{ this.identifier }} {{ this.name }}', '"main"."m" main m m'],
    ['{{ target.name }} {{ target.type }} {{ target.schema }}', 'test duckdb main'],
    ["{{ run_started_at.strftime('%Y-%m-%d %H:%M:%S %j %b %-d') }}", '2026-03-04 05:06:07 063 Mar 4'],
    ['{{ run_started_at }}', '2026-03-04 05:06:07.089000+00:00'],
    ['{{ invocation_id }} {{ execute }} {{ is_incremental() }}', 'invocation true false'],
    ['{{ model.name }} {{ model.config.materialized }} {{ project_name }}', 'm view shop'],
    [
      "{{ dbt.type_string() }} {{ type_int() }} {{ dbt.concat(['a', \"'-'\", 'b']) }}",
      /^varchar \w+ .*a.*b/i,
    ],
    [
      "{{ dbt.dateadd('day', 1, 'd') }}|{{ dbt.dateadd(datepart='day', interval=1, from_date_or_timestamp='d') }}",
      /^(.+)\|\1$/,
    ],
    ['{{ dbt.escape_single_quotes("it\'s") }} {{ dbt.string_literal("x") }}', "it''s 'x'"],
    ["{{ adapter.quote('a b') }}", '"a b"'],
    [
      "{% set xs = ['a', 'b'] %}{% for x in xs %}{{ x | upper }}{{ ', ' if not loop.last }}{% endfor %}",
      'A, B',
    ],
    ["{% raw %}{{ ref('nothing') }}{% endraw %}{# {{ gone() }} #}", "{{ ref('nothing') }}"],
    ["{{ shop.twice('x') }} {{ twice('y') }}", 'x x y y'],
    ['{% for v in pairs() %}{{ v.a }}{% endfor %}{{ early(true) }}', '12yes'],
    ["{{ 'is 5' if 'five' | length == 4 else 'no' }} {{ [1, 2] | join('-') }}", 'is 5 1-2'],
  ])('%s', (sql, expected) => {
    const text = compileModel(sql, {
      vars: { b: 'given' },
      environment: { HOME_TOWN: 'Chatham' },
      files: {
        'macros/m.sql':
          "{% macro twice(x) %}{{ x }} {{ x }}{% endmacro %}\n{% macro pairs() %}{{ return([{'a': 1}, {'a': 2}]) }}{% endmacro %}\n" +
          "{% macro early(x) %}before{% if x %}{% do return('yes') %}{% endif %}after{% endmacro %}",
      },
    });
    if (typeof expected === 'string') expect(text).toBe(expected);
    else expect(text).toMatch(expected);
  });

  it('hands log, print and warnings to the caller', () => {
    const messages: CompilerMessage[] = [];
    compileModel(
      "{{ log('quiet') }}{{ log('loud', info=True) }}{% if execute %}{{ exceptions.warn('careful') }}{% endif %}x",
      { messages },
    );
    expect(messages.map(({ level, text }) => `${level} ${text}`)).toEqual([
      'info loud',
      'info loud',
      'warn careful',
    ]);
  });

  it("puts an ephemeral model before the model's own with, recursive ones too, and each once", () => {
    const compiler = openFiles({
      'models/a.sql': "{{ config(materialized='ephemeral') }} select 1 as x",
      'models/b.sql': "{{ config(materialized='ephemeral') }} select * from {{ ref('a') }}",
      'models/c.sql':
        "-- a comment with the word with\nwith recursive own as (select * from {{ ref('b') }}) select * from own, {{ ref('a') }}",
    });
    expect(compiler.compile('model.shop.c')).toBe(
      [
        '-- a comment with the word with',
        'with recursive __dbt__cte__a as (',
        'select 1 as x',
        '), __dbt__cte__b as (',
        'select * from __dbt__cte__a',
        '), own as (select * from __dbt__cte__b) select * from own, __dbt__cte__a',
      ].join('\n'),
    );
  });

  it('lets a second folder join the project', () => {
    const mine = writeProject({
      'models/mine.sql': "select {{ cents_to_money('1') }} as m from {{ ref('customers') }}",
      'models/mine.yml': 'models: [{name: mine, columns: [{name: m, data_tests: [not_null]}]}]',
    });
    const compiler = openFolder(BAKERY, { more: [mine] });
    expect(compiler.compile('model.bakery.mine')).toContain('from "main_marts"."customers"');
    expect(compiler.manifest.nodes['model.bakery.mine']).toMatchObject({
      root_path: mine,
      original_file_path: 'models/mine.sql',
    });
  });
});
