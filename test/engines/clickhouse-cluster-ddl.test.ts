import { describe, expect, it } from 'vitest';
import { spreadStatement } from '../../src/engines/clickhouse/cluster-statements.ts';
import { spreadStatements } from './cluster-statements.ts';

describe('a cluster of ClickHouse', () => {
  it('has each statement in its words', async () => {
    const pairs = await spreadStatements();
    const text = pairs.map(({ written, spread }) =>
      [`-- ${written.replaceAll('\n', '\n-- ')}`, ...spread.map((one) => `${one};`)].join('\n'),
    );
    await expect(`${text.join('\n\n')}\n`).toMatchFileSnapshot('../golden/clickhouse-cluster.sql');
  });

  it('reads names, lists and queries with signs in them as they are', async () => {
    const described: string[] = [];
    const spreading = {
      cluster: { name: `it's` },
      describe: async (query: string) => {
        described.push(query);
        return [{ name: 'a"b', type: 'Int32' }];
      },
    };
    const spread = (sql: string) => spreadStatement(sql, spreading);
    expect(await spread(`-- why\ncreate table "my db"."t""x" ("as" Int32, "b,)" Decimal(14, 2))`)).toEqual([
      `create table "my db"."t""x_local" on cluster 'it''s' ("as" Int32, "b,)" Decimal(14, 2))\nengine = ReplicatedMergeTree()\norder by (tuple())`,
      `create table "my db"."t""x" on cluster 'it''s' as "my db"."t""x_local"\nengine = Distributed('it''s', 'my db', 't"x_local', rand())`,
    ]);
    const query = `with a as (select ') as (' as x) select x from a`;
    const [made, , filled] = await spread(
      `create table m.t engine = ReplacingMergeTree(x) order by (cast(x as String)) as ${query}`,
    );
    expect(made).toBe(
      `create table m."t_local" on cluster 'it''s' ("a""b" Int32 not null)\nengine = ReplicatedReplacingMergeTree(x) order by (cast(x as String))`,
    );
    expect(filled).toBe(`insert into m.t select * from (${query})`);
    expect(described).toEqual([query]);
  });

  it('refuses what it does not know, and leaves alone what is of one server', async () => {
    const spread = (sql: string) =>
      spreadStatement(sql, { cluster: { name: 'main' }, describe: async () => [] });
    for (const sql of [
      'exchange tables m.a and m.b',
      'create materialized view m.v as select 1',
      'optimize table "m"."a" final',
      'drop dictionary m.d',
    ])
      await expect(spread(sql), sql).rejects.toMatchObject({
        code: 'QUERY_FAILED',
        message: expect.stringContaining(sql),
      });
    for (const sql of [
      'create temporary table a (b Int32)',
      'create temporary table a as select m.b from m.c',
      'drop table if exists "a"',
      `kill query where query_id = 'a.b'`,
      'insert into m.a select * from m.b',
      'with a as (select 1) select * from a join m.b using (c)',
      'create user a',
    ])
      expect(await spread(sql)).toEqual([sql]);
    const [made] = await spread('create table m.a (b Int32) order by b');
    expect(made).toBe(
      `create table m."a_local" on cluster 'main' (b Int32)\nengine = ReplicatedMergeTree()\norder by b`,
    );
  });
});
