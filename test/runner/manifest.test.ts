import { describe, expect, it } from 'vitest';
import { renderManifest } from '../../src/runner/index.ts';
import { BAKERY, openFiles, openFolder } from './project-folder.ts';

describe('renderManifest', () => {
  const { manifest } = openFolder(BAKERY);
  const written = JSON.parse(renderManifest(manifest, new Map([['model.bakery.customers', 'select 1']])));

  it("has the keys of version 12 of dbt's schema", () => {
    expect(Object.keys(written).sort()).toEqual(
      'child_map disabled docs exposures group_map groups macros metadata metrics nodes parent_map saved_queries selectors semantic_models sources unit_tests'.split(
        ' ',
      ),
    );
    expect(written.metadata).toMatchObject({
      dbt_schema_version: 'https://schemas.getdbt.com/dbt/manifest/v12.json',
      generated_at: '2026-03-04T05:06:07.089Z',
      invocation_id: 'invocation',
      project_name: 'bakery',
      adapter_type: 'duckdb',
    });
  });

  it('holds no place of this machine, and the SQL of what was compiled', () => {
    expect(renderManifest(manifest)).not.toContain(process.cwd());
    expect(written.nodes['model.bakery.customers']).toMatchObject({
      compiled: true,
      compiled_code: 'select 1',
    });
    expect(written.nodes['model.bakery.stg_orders'].compiled).toBe(false);
  });

  it('links nodes both ways', () => {
    expect(written.parent_map['model.bakery.customers']).toEqual([
      'model.bakery.stg_customers',
      'model.bakery.int_customer_totals',
    ]);
    expect(written.child_map['source.bakery.till.customers']).toContain('model.bakery.stg_customers');
    expect(written.child_map['model.bakery.customers']).toContain(
      'unit_test.bakery.customers.size_of_customers',
    );
    expect(written.nodes['model.bakery.stg_orders'].depends_on.macros).toEqual([
      'macro.bakery.cents_to_money',
      'macro.bakery.default__cents_to_money',
    ]);
  });
});

describe('configuration', () => {
  it('lies over one another: project, properties file, the model itself', () => {
    const { manifest } = openFiles(
      {
        'dbt_project.yml': `
name: shop
models:
  +tags: all
  +meta: {a: 1, b: 1}
  shop:
    materialized: table
    marts:
      +schema: marts
      +enabled: "{{ var('on', true) }}"
      m: {+tags: [own]}
`,
        'models/marts/m.sql':
          "{{ config(tags='inline', materialized='view', meta={'c': 3}, pre_hook=['one', 'two']) }} select 1",
        'models/marts/m.yml':
          'models: [{name: m, tags: [beside], meta: {b: 2}, config: {tags: [inside], materialized: incremental, pre-hook: zero}}]',
        'models/n.sql': 'select 1',
      },
      { environment: {} },
    );
    const node = manifest.nodes['model.shop.m'];
    expect(node).toMatchObject({
      relation_name: '"main_marts"."m"',
      tags: ['all', 'own', 'beside', 'inside', 'inline'],
      config: { materialized: 'view', meta: { a: 1, b: 2, c: 3 } },
    });
    expect(node?.config['pre-hook'].map((hook) => hook.sql)).toEqual(['zero', 'one', 'two']);
    expect(manifest.nodes['model.shop.n']?.config.materialized).toBe('table');
  });

  it("takes names from the project's own macros", () => {
    const { manifest } = openFiles({
      'macros/names.sql': [
        '{% macro generate_schema_name(custom_schema_name, node) %}{{ custom_schema_name or default__generate_schema_name(none, node) }}{% endmacro %}',
        '{% macro generate_alias_name(custom_alias_name=none, node=none) %}{{ node.name }}_{{ node.config.meta.v }}{% endmacro %}',
      ].join('\n'),
      'models/a.sql': "{{ config(schema='own', meta={'v': 2}) }} select 1",
      'models/b.sql': "{{ config(meta={'v': 1}) }} select 1",
    });
    expect(Object.values(manifest.nodes).map((node) => node.relation_name)).toEqual([
      '"own"."a_2"',
      '"main"."b_1"',
    ]);
  });
});
