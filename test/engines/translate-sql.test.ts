import { describe, expect, it } from 'vitest';
import { bindStatements } from '../../src/engines/clickhouse/statements.ts';
import { translateSql } from '../../src/engines/clickhouse/translate-sql.ts';

function translate(sql: string): string {
  return translateSql(sql, (place) => `{p${place}:String}`).join(' ; ');
}

describe('standard SQL in the words of ClickHouse', () => {
  it.each([
    ['a literal keeps its backslash', `select 'a\\b''c'`, `select 'a\\\\b''c'`],
    ['so does a name', 'select "a\\b" from t', 'select "a\\\\b" from t'],
    [
      'a literal is left alone',
      `select 'cast(a as date); $1 count(x)'`,
      `select 'cast(a as date); $1 count(x)'`,
    ],
    ['a comment too', 'select 1 -- lag(x); $1\n, 2', 'select 1 -- lag(x); $1\n, 2'],
    ['a cast to a date', 'select cast(a as date)', 'select cast(a as Date32)'],
    ['a column called date', 'select a as date, b from t', 'select a as date, b from t'],
    ['a cast to a moment', 'cast(a as timestamptz)', `cast(a as DateTime64(6, 'UTC'))`],
    ['a cast to an id', 'select cast(a as uuid), uuid from t', 'select cast(a as UUID), uuid from t'],
    ['a date', `select date '2100-01-31' + 1`, `select toDate32( '2100-01-31') + 1`],
    ['a moment', `timestamp '2100-01-31 10:00:00'`, `toDateTime64( '2100-01-31 10:00:00', 6)`],
    ['a joined column', 'select a.x, b.y as z from a', 'select a.x as x, b.y as z from a'],
    ['the last joined column', 'select (select a.x), b."y"', 'select (select a.x as x), b."y" as "y"'],
    ['a column in a function', 'select coalesce(a.x, b.x) from a', 'select coalesce(a.x, b.x) from a'],
    ['distinct columns', 'select distinct a.x from a', 'select distinct a.x as x from a'],
    ['a comparison', 'select a.x is distinct from b.x from a', 'select a.x is distinct from b.x from a'],
    ['a group', 'select 1 from a group by a.x, a.y', 'select 1 from a group by a.x, a.y'],
    ['the row before', 'lag(a.x, 2) over w', 'lag(toNullable(a.x), 2) over w'],
    ['the row after', 'lead(f(x, 1)) over w', 'lead(toNullable(f(x, 1))) over w'],
    ['a count', 'select count(*) as n', 'select toInt64(count(*)) as n'],
    ['a count with a space', 'select count (x) as n', 'select toInt64(count (x)) as n'],
    ['a count over a window', 'count(x) over (order by y) > 1', 'toInt64(count(x) over (order by y)) > 1'],
    ['a count over a named window', 'count(*) over w > 1', 'toInt64(count(*) over w) > 1'],
    ['a count of some', 'count(*) filter (where x) over w', 'toInt64(count(*) filter (where x) over w)'],
    [
      'a percentile, and what follows it',
      'select percentile_cont(0.5) within group (order by a.x) as m, b.y from a order by 1',
      'select quantileExactInclusive(0.5)   (  a.x) as m, b.y as y from a order by 1',
    ],
    ['two statements', 'select 1; select 2;', 'select 1 ;  select 2'],
  ])('%s', (_, sql, expected) => {
    expect(translate(sql)).toBe(expected);
  });

  it('makes typed parameters of values', () => {
    expect(bindStatements('select $1, $2, $3, $4, $5, $1', ['a', 1, 1.5, null, true])).toEqual([
      {
        sql: 'select {p1:String}, {p2:Int64}, {p3:Float64}, {p4:Nullable(String)}, {p5:Bool}, {p1:String}',
        parameters: { p1: 'a', p2: 1, p3: 1.5, p4: null, p5: true },
      },
    ]);
  });
});
