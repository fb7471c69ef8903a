import fs from 'node:fs';
import path from 'node:path';
import { buildFixedClock } from '../../src/base/index.ts';
import type { Engine } from '../../src/engines/index.ts';
import { type Compiler, openCompiler } from '../../src/runner/index.ts';

/** A small dbt project as people write it: two seeds, a source, staging, marts, tests of every kind. */
export const SHOP: Readonly<Record<string, string>> = {
  'dbt_project.yml': `
name: shop
version: '1.0'
profile: shop
models:
  shop:
    staging: {+materialized: view}
    marts: {+materialized: table}
vars:
  big_from: 100
`,
  'seeds/regions.csv': 'region,label\neu,Europe\nus,"United States"\n',
  'seeds/_seeds.yml': `
version: 2
seeds:
  - name: regions
    columns:
      - name: region
        data_tests: [unique, not_null]
`,
  'models/staging/_sources.yml': `
version: 2
sources:
  - name: raw
    schema: raw
    tables:
      - name: orders
        config:
          loaded_at_field: loaded_at
          freshness:
            warn_after: {count: 1, period: day}
            error_after: {count: 3, period: day}
`,
  'models/staging/stg_orders.sql': `
select
    order_id,
    region,
    cast(amount as decimal(14, 2)) as amount,
    loaded_at
from {{ source('raw', 'orders') }}
`,
  'models/staging/_staging.yml': `
version: 2
models:
  - name: stg_orders
    description: One row per order
    columns:
      - name: order_id
        description: The key
        data_tests: [unique, not_null]
      - name: region
        data_tests:
          - relationships:
              arguments: {to: ref('regions'), field: region}
          - accepted_values:
              arguments: {values: ['eu', 'us']}
              config: {severity: warn}
`,
  'models/marts/light_orders.sql': `
{{ config(materialized='ephemeral') }}
select order_id, region, amount, amount >= {{ var('big_from') }} as is_big from {{ ref('stg_orders') }}
`,
  'models/marts/region_totals.sql': `
with orders as (
    select * from {{ ref('light_orders') }}
)

select
    regions.label,
    count(orders.order_id) as orders,
    coalesce(sum(orders.amount), 0) as amount,
    count(case when orders.is_big then 1 end) as big_orders
from {{ ref('regions') }} as regions
left join orders on regions.region = orders.region
group by regions.label
`,
  'models/marts/order_log.sql': `
{{ config(materialized='incremental', unique_key='order_id') }}
select order_id, amount, loaded_at from {{ ref('stg_orders') }}
{% if is_incremental() %}
where loaded_at > (select max(loaded_at) from {{ this }})
{% endif %}
`,
  'models/marts/best_region.sql': `
{{ config(post_hook="insert into raw.hook_log values ('{{ this.identifier }}')") }}
select label from {{ ref('region_totals') }} order by amount desc limit 1
`,
  'models/marts/_marts.yml': `
version: 2
models:
  - name: region_totals
    columns:
      - name: label
        data_tests:
          - unique
          - not_null:
              config: {where: "orders > 0"}
  - name: light_orders
    columns:
      - name: amount
        data_tests: [not_null]
unit_tests:
  - name: sums_orders_by_region
    model: region_totals
    given:
      - input: ref('light_orders')
        rows:
          - {order_id: 1, region: eu, amount: 99.99, is_big: false}
          - {order_id: 2, region: eu, amount: 100, is_big: true}
      - input: ref('regions')
        format: csv
        fixture: two_regions
    expect:
      rows:
        - {label: Europe, orders: 2, amount: 199.99, big_orders: 1}
        - {label: Nowhere, orders: 0, amount: 0, big_orders: 0}
  - name: knows_big_orders
    model: light_orders
    overrides:
      vars: {big_from: 5}
    given:
      - input: ref('stg_orders')
        format: csv
        rows: |
          order_id,amount
          1,4.99
          2,5
    expect:
      format: csv
      rows: |
        order_id,is_big
        1,false
        2,true
  - name: takes_only_later_orders
    model: order_log
    overrides:
      macros: {is_incremental: true}
    given:
      - input: ref('stg_orders')
        format: sql
        rows: |
          select 1 as order_id, 1.5 as amount, cast('2026-01-01 00:00:00' as timestamp) as loaded_at
          union all
          select 2, 2.5, cast('2026-01-03 00:00:00' as timestamp)
      - input: this
        rows: [{loaded_at: '2026-01-02 00:00:00'}]
    expect:
      rows: [{order_id: 2}]
`,
  'tests/fixtures/two_regions.csv': 'region,label\neu,Europe\nnn,Nowhere\n',
  'tests/amounts_agree.sql': `
select 1 as problem
from (select sum(amount) as amount from {{ ref('region_totals') }}) as totals
cross join (select sum(amount) as amount from {{ ref('stg_orders') }}) as orders
where totals.amount <> orders.amount
`,
};

/** Writes the project, with some files changed, and reads it for an engine. */
export function openShop(
  engine: Engine,
  folder: string,
  changes: Readonly<Record<string, string>> = {},
): Compiler {
  for (const [name, text] of Object.entries({ ...SHOP, ...changes })) {
    const file = path.join(folder, name);
    fs.mkdirSync(path.dirname(file), { recursive: true });
    fs.writeFileSync(file, text);
  }
  return openCompiler({
    roots: [folder],
    target: { name: 'test', schema: 'shop', type: engine.profile.kind, database: null },
    dialect: engine.dialect,
    environment: {},
    clock: buildFixedClock('2026-01-05T00:00:00Z'),
    invocationId: 'test',
  });
}

export const RAW_ORDERS = `
create schema raw;
create table raw.hook_log (name varchar(100));
create table raw.orders (order_id integer, region varchar(2), amount decimal(14, 2), loaded_at timestamp);
insert into raw.orders values
    (1, 'eu', 50.5, '2026-01-01 00:00:00'), (2, 'eu', 100, '2026-01-02 00:00:00'), (3, 'us', 20, '2026-01-03 12:00:00');
`;
