import { describe, expect, it } from 'vitest';
import { checkStyle } from '../../src/runner/index.ts';
import { openFiles, type ProjectText } from './project-folder.ts';

const FILES: ProjectText = {
  'models/orders.sql': 'select 1 as id, 2 as amount',
  'models/customers.sql': 'select 1 as id',
  'models/m.yml': 'models: [{name: m, description: One row per thing.}]',
  'macros/to_float.sql': '{% macro to_float(x) %}({{ x }})::double{% endmacro %}',
};

/** A model in the house style around a CTE `final`. */
function wrap(final: string, before = ''): string {
  return `with orders as (\n    select * from {{ ref('orders') }}\n),\n\n${before}final as (\n${final}\n)\n\nselect * from final\n`;
}

/** The findings about the model m, as `line: rule`. */
function findings(sql: string, files: ProjectText = {}): string[] {
  const { manifest } = openFiles({ ...FILES, ...files, 'models/m.sql': sql });
  return checkStyle(manifest)
    .filter((problem) => problem.file.endsWith('/m.sql') || problem.file.includes('/macros/'))
    .map((problem) => `${problem.line}: ${problem.rule}`);
}

const GOOD = `{{ config(materialized='table') }}

-- SELECT * FROM now(): a comment may say anything, qualify too
with orders as (
    select * from {{ ref('orders') }}
),

customers as (
    select id, 'CURRENT_DATE' as "SELECT"
    from {{ ref('customers') }}
    where id > 0
),

joined as (
    select
        orders.*,
        customers.id is not null as has_customer,
        {{ to_float('orders.amount') }} as amount_float,
        case when orders.amount > 1 then 'A, B' end as size,
        cast(orders.amount as decimal(18, 2)) as money,
        count(*) over (partition by orders.id order by orders.amount rows between 2 preceding and current row) as n,
        interval '1' day as one_day,
        date '2026-01-01' as new_year,
        timestamp '2026-01-01 00:00:00' at time zone 'UTC' as moment,
        orders.id between 1 and 2 as is_low,
        (select max(c.id) from customers as c) as top
    from orders
    left join customers on orders.id = customers.id
),

final as (
    select
        id,
        {% for size in ['a', 'b'] -%}
        sum(case when size = '{{ size }}' then 1 end) as {{ size }}_count{{ ',' if not loop.last }}
        {% endfor %}
    from joined
    group by id
)

select * from final
`;

describe('checkStyle', () => {
  it('finds nothing in a model of the house style, whatever its comments, strings and Jinja say', () => {
    expect(findings(GOOD)).toEqual([]);
  });

  it.each<[string, string, string[]]>([
    ['current_date', wrap('    select current_date as today from orders'), ['6: no-clock']],
    ['now()', wrap('    select id, now() as at from orders'), ['6: no-clock']],
    [
      'the clock through dbt',
      wrap('    select id, {{ dbt.current_timestamp() }} as at from orders'),
      ['6: no-clock'],
    ],
    ['upper case', wrap('    SELECT id FROM orders'), ['6: lower-case', '6: lower-case']],
    [
      'a star from a relation',
      wrap("    select *, 1 as one from {{ ref('customers') }}"),
      ['6: imports-first', '6: no-select-star'],
    ],
    [
      'a star from a subquery',
      wrap('    select x.* from (select id from orders) as x'),
      ['6: no-select-star'],
    ],
    [
      'a reference outside an import',
      wrap("    select o.id from orders as o inner join {{ ref('customers') }} as c on o.id = c.id"),
      ['6: imports-first'],
    ],
    [
      'an import after other CTEs',
      wrap(
        '    select id from orders',
        "a as (\n    select id from orders\n),\n\ncustomers as (\n    select * from {{ ref('customers') }}\n),\n\n",
      ),
      ['5: imports-first'],
    ],
    [
      'another last line',
      'with final as (\n    select 1 as x\n)\n\nselect x from final',
      ['5: ends-with-final'],
    ],
    ['no CTE at all', 'select 1 as x', ['1: ends-with-final']],
    [
      'too many CTEs',
      wrap(
        '    select id from g',
        'abcdefg'
          .split('')
          .map((name) => `${name} as (\n    select id from orders\n),\n\n`)
          .join(''),
      ),
      ['29: length'],
    ],
    [
      'too many lines',
      wrap(`    select\n${'        1 as x,\n'.repeat(150)}        2 as y\n    from orders`),
      ['1: length'],
    ],
    [
      'qualify',
      wrap('    select id from orders qualify row_number() over (order by id) = 1'),
      ['6: portable'],
    ],
    ['unpivot', wrap('    select id from orders unpivot (v for n in (a, b))'), ['6: portable']],
    ['::float', wrap('    select amount / id::float as r from orders'), ['6: portable']],
    [
      'a lateral alias',
      wrap('    select\n        amount * 2 as twice,\n        twice + 1 as more\n    from orders'),
      ['8: no-lateral-alias'],
    ],
    [
      'a bare join',
      wrap('    select o.id from orders as o join orders as p on o.id = p.id'),
      ['6: explicit-join'],
    ],
    ['a comma join', wrap('    select o.id from orders o, orders p'), ['6: explicit-join']],
    [
      'a natural join',
      wrap('    select id from orders natural inner join orders as p'),
      ['6: explicit-join'],
    ],
    [
      'an alias without as',
      wrap(
        '    select\n        amount * 2 twice,\n        count(*) n,\n        id other,\n        case when id = 1 then 2 end kind\n    from orders',
      ),
      ['7: explicit-alias', '8: explicit-alias', '9: explicit-alias', '10: explicit-alias'],
    ],
  ])('finds %s', (_name, sql, expected) => {
    expect(findings(sql)).toEqual(expected);
  });

  it('finds the clock in a macro, with the line of the macro', () => {
    const files = {
      'macros/a.sql':
        '{# current_date #}\n{% macro today_date() %}\n  cast(current_timestamp as date)\n{% endmacro %}',
    };
    expect(findings(wrap('    select id from orders'), files)).toEqual(['3: no-clock']);
  });

  it('finds a model that is not described, described elsewhere, or without its grain', () => {
    const sql = wrap('    select id from orders');
    expect(findings(sql, { 'models/m.yml': 'models: []' })).toEqual(['1: described']);
    expect(findings(sql, { 'models/m.yml': 'models: [{name: m, description: Things.}]' })).toEqual([
      '1: grain',
    ]);
    const elsewhere = { 'models/m.yml': 'models: []', 'models/far/m.yml': FILES['models/m.yml'] ?? '' };
    expect(findings(sql, elsewhere)).toEqual(['1: described']);
  });

  it('does not mistake an input column for a lateral alias', () => {
    const sql = wrap(
      '    select\n        coalesce(amount, 0) as amount,\n        amount + 1 as more\n    from orders',
    );
    expect(findings(sql)).toEqual([]);
  });
});
