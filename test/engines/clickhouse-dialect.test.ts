import { describe, expect, it } from 'vitest';
import { clickhouseDialect } from '../../src/engines/clickhouse/clickhouse-dialect.ts';

const NEW_TABLE = { relation: '"marts"."days"', columns: null, query: '(select 1 as a)' };

describe('the dialect of ClickHouse', () => {
  it('keeps a table in the order and the parts its model asks for', () => {
    const storage = { engine: null, orderBy: ['customer_id', 'day'], partitionBy: ['toYYYYMM(day)'] };
    const columns = [{ name: '"a"', type: 'Int32' }];
    expect(clickhouseDialect.renderTable({ ...NEW_TABLE, storage, columns })).toBe(
      `create or replace table "marts"."days" ("a" Int32)
engine = MergeTree()
partition by (toYYYYMM(day))
order by (customer_id, day)
settings allow_nullable_key = 1
as (select 1 as a)`,
    );
  });

  it('takes an engine by name, and a table without an order', () => {
    const storage = { engine: 'ReplacingMergeTree()', orderBy: [], partitionBy: [] };
    expect(clickhouseDialect.renderTable({ ...NEW_TABLE, storage })).toBe(
      `create or replace table "marts"."days"
engine = ReplacingMergeTree()
order by (tuple())
settings allow_nullable_key = 1
as (select 1 as a)`,
    );
  });

  it('says everything of a relation in one statement, or nothing', () => {
    const columns = [{ name: '"a"', text: `'one'` }];
    const said = { kind: 'view', relation: 'v', text: `'all'`, columns } as const;
    expect(clickhouseDialect.renderComments(said)).toBe(
      `alter table v comment column "a" 'one', modify comment 'all'`,
    );
    expect(clickhouseDialect.renderComments({ ...said, text: null, columns: [] })).toBe('');
  });

  it('rounds a decimal, halves away from zero, where a cast would cut off', () => {
    expect(clickhouseDialect.toDecimal('x', 2)).toBe(
      "cast(toDecimal128(accurateCastOrNull(sign(x) * floor(abs(x) * cast(100 as decimal(38, 0)) + cast('0.5' as decimal(38, 1))), 'Int128'), 2) / 100 as decimal(28, 2))",
    );
  });

  it('joins texts in the order of several keys, commas in functions apart', () => {
    expect(clickhouseDialect.stringAgg('word', `', '`, 'order by round(size, 2) desc, place')).toBe(
      "if(count(word) = 0, null, arrayStringConcat(arrayMap(one -> assumeNotNull(one.2), arraySort(one -> one.1, groupArrayIf(tuple(tuple(-(round(size, 2)), place), word), word is not null))), ', '))",
    );
  });
});
