import { describe, expect, it } from 'vitest';
import { buildLineage, renderLineage, type Selection, selectNodes } from '../../src/runner/index.ts';
import { BAKERY, failureOf, openFiles, openFolder } from './project-folder.ts';

const { manifest } = openFolder(BAKERY);

/** The names of the models and seeds selected, in order. */
function names(selection: Selection): string[] {
  return selectNodes(manifest, { ...selection, resourceTypes: ['model', 'seed'] }).map(
    (id) => id.split('.')[2] ?? '',
  );
}

function tests(selection: Selection): string[] {
  return selectNodes(manifest, { ...selection, resourceTypes: ['test', 'unit_test'] }).map((id) =>
    id.split('.').slice(2, 4).join('.'),
  );
}

const INTERMEDIATE = ['int_orders_paid', 'int_customer_totals'];

describe('selectNodes', () => {
  it.each<[string, string[]]>([
    ['customers', ['customers']],
    ['+int_orders_paid', ['products', 'raw_orders', 'stg_orders', 'int_orders_paid']],
    ['1+int_orders_paid', ['stg_orders', 'int_orders_paid']],
    ['stg_orders+', ['stg_orders', 'daily_orders', 'int_orders_paid', 'int_customer_totals', 'customers']],
    ['stg_orders+1', ['stg_orders', 'daily_orders', 'int_orders_paid']],
    ['1+int_orders_paid+1', ['stg_orders', ...INTERMEDIATE]],
    // The exposure is a child of customers, and daily_orders a parent of the exposure.
    [
      '@stg_customers',
      ['products', 'raw_orders', 'stg_customers', 'stg_orders', 'daily_orders', ...INTERMEDIATE, 'customers'],
    ],
    ['staging', ['stg_customers', 'stg_orders']],
    ['bakery.staging.stg_orders', ['stg_orders']],
    ['int_*', INTERMEDIATE],
    ['path:models/intermediate', INTERMEDIATE],
    ['models/marts/customers.sql', ['customers']],
    ['path:models/*/stg_*.sql', ['stg_customers', 'stg_orders']],
    ['daily_orders.sql', ['daily_orders']],
    ['tag:daily', ['daily_orders']],
    ['source:till+', ['stg_customers', 'customers']],
    ['source:till.customers+1', ['stg_customers']],
    ['+exposure:morning_sheet,config.materialized:incremental', ['daily_orders']],
    ['config.materialized:ephemeral', INTERMEDIATE],
    ['config.meta.owner:counter', ['stg_orders']],
    ['resource_type:seed', ['products', 'raw_orders']],
    ['tag:staging,stg_o*', ['stg_orders']],
    ['customers daily_orders', ['daily_orders', 'customers']],
    ['package:bakery,resource_type:seed', ['products', 'raw_orders']],
  ])('%s', (selector, expected) => {
    expect(names({ select: [selector] })).toEqual(expected);
  });

  it('puts every node after its parents, and always in one order', () => {
    const all = selectNodes(manifest, {});
    expect(all).toHaveLength(new Set(all).size);
    for (const id of all) {
      for (const parent of manifest.parent_map[id] ?? []) {
        if (all.includes(parent)) expect(all.indexOf(parent)).toBeLessThan(all.indexOf(id));
      }
    }
    expect(selectNodes(openFolder(BAKERY).manifest, {})).toEqual(all);
  });

  it('brings a test along with any node it is about', () => {
    expect(tests({ select: ['stg_customers'] })).toEqual([
      'not_null_stg_customers_customer_id.e2cfb1f9aa',
      'relationships_stg_orders_customer_id__customer_id__ref_stg_customers_.430bf21500',
      'unique_stg_customers_customer_id.c7614daada',
    ]);
    expect(tests({ select: ['daily_orders'] })).toEqual(['daily_orders.new_days_only']);
    expect(tests({ select: ['stg_customers'], exclude: ['stg_orders'] })).not.toContain(
      'relationships_stg_orders_customer_id__customer_id__ref_stg_customers_.430bf21500',
    );
  });

  it.each<[string, number]>([
    ['test_type:unit', 2],
    ['test_type:singular', 1],
    ['test_type:generic', 13],
    ['test_type:data', 14],
    ['test_name:relationships', 1],
    ['tag:key', 2],
    ['customers,test_type:unit', 1],
    ['source:till', 2],
  ])('%s selects %d tests', (selector, count) => {
    expect(tests({ select: [selector] })).toHaveLength(count);
  });

  it('takes away what is excluded', () => {
    expect(names({ exclude: ['tag:staging', 'seeds', 'int_*'].filter((item) => item !== 'seeds') })).toEqual([
      'products',
      'raw_orders',
      'daily_orders',
      'customers',
    ]);
    expect(names({ select: ['+customers'], exclude: ['resource_type:seed', '1+int_orders_paid'] })).toEqual([
      'stg_customers',
      'int_customer_totals',
      'customers',
    ]);
  });

  it.each([
    ['custmers', 'SELECTION_EMPTY', 'custmers selects nothing.', 'Did you mean customers?'],
    ['tag:dayly', 'SELECTION_EMPTY', 'tag:dayly selects nothing.', 'Did you mean daily?'],
    ['source:til', 'SELECTION_EMPTY', 'source:til selects nothing.', 'Did you mean till?'],
    [
      'customers,tag:daily',
      'SELECTION_EMPTY',
      'customers,tag:daily selects nothing.',
      'What is selected on one side is taken away on the other.',
    ],
    ['state:modified', 'SELECTION_INVALID', 'state:modified: there is no selector method state.', null],
    [
      'resource_type:snapshot',
      'SELECTION_INVALID',
      'resource_type:snapshot: resource_type is one of model, seed, test, unit_test, source, exposure.',
      null,
    ],
    ['@customers+', 'SELECTION_INVALID', '@customers+: @ and + do not go together.', null],
  ])('says why %s selects nothing', (...expected) => {
    const [selector, code, message, fix] = expected;
    const failure = failureOf(() => selectNodes(manifest, { select: [selector] }));
    expect(failure).toMatchObject({ code, message });
    if (fix !== null) expect(failure.fix).toBe(fix);
    if (!selector.includes(','))
      expect(failureOf(() => selectNodes(manifest, { exclude: [selector] })).code).toBe(code);
  });
});

describe('lineage', () => {
  it('shows what a model reads and what reads it', () => {
    expect(renderLineage(buildLineage(manifest, 'int_orders_paid'))).toBe(
      [
        'int_orders_paid (ephemeral)',
        '',
        'reads:',
        '  └─ stg_orders (view, 6 tests)',
        '     ├─ products (seed, 2 tests)',
        '     └─ raw_orders (seed)',
        '',
        'is read by:',
        '  └─ int_customer_totals (ephemeral)',
        '     └─ customers (table, 3 tests)',
        '        └─ morning_sheet (exposure)',
      ].join('\n'),
    );
  });

  it('shows a shared branch once', () => {
    const diamond = openFiles({
      'models/a.sql': 'select 1 as x',
      'models/b.sql': "select * from {{ ref('a') }}",
      'models/c.sql': "select * from {{ ref('b') }}",
      'models/d.sql': "select * from {{ ref('b') }} cross join {{ ref('c') }}",
    });
    expect(renderLineage(buildLineage(diamond.manifest, 'd'))).toContain(
      '  ├─ b (view)\n  │  └─ a (view)\n  └─ c (view)\n     └─ b (view) …',
    );
  });

  it('takes sources and unique ids, and names what is nearest', () => {
    expect(buildLineage(manifest, 'till.customers').downstream.map((branch) => branch.name)).toEqual([
      'stg_customers',
    ]);
    expect(buildLineage(manifest, 'model.bakery.customers').name).toBe('customers');
    expect(failureOf(() => buildLineage(manifest, 'custommers'))).toMatchObject({
      code: 'NODE_UNKNOWN',
      fix: 'Did you mean customers?',
    });
  });
});
