import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Engine } from '../../src/engines/index.ts';
import { spreadStatements } from '../engines/cluster-statements.ts';
import { describeEngine } from '../engines/engine-suite.ts';
import { CHDB_MISSING, hasChdb, openChdb } from './chdb.ts';
import { type ClickhouseServer, openCluster } from './clickhouse-server.ts';

describe.skipIf(!hasChdb)(`statements of a cluster (${CHDB_MISSING})`, () => {
  it('are ones that ClickHouse reads', async () => {
    const chdb = await openChdb();
    try {
      for (const { spread } of await spreadStatements())
        for (const sql of spread) await chdb.execute(`explain ast ${sql.replaceAll('{p1:String}', "''")}`);
      await expect(chdb.execute('explain ast drop table a on on cluster b')).rejects.toThrow('Syntax error');
    } finally {
      await chdb.close();
    }
  });
});

describe.skipIf(!hasChdb)(`a cluster of one shard, without Keeper and replicas (${CHDB_MISSING})`, () => {
  const servers: ClickhouseServer[] = [];
  afterAll(() => Promise.all(servers.map((server) => server.stop())));

  const open = async () => {
    const { engine, server } = await openCluster('main');
    servers.push(server);
    return engine;
  };

  // Temporary tables are in a session.
  describeEngine('a cluster of ClickHouse', async () => (await open()).connectTo({ session: 'suite' }));

  describe('a table', () => {
    let engine: Engine;
    beforeAll(async () => {
      engine = await open();
      await engine.execute(engine.dialect.createSchema('shop'));
    });
    afterAll(() => engine.close());

    it('is read and written by one name, lies under another, and is renamed, copied and changed with it', async () => {
      await engine.execute(`create table shop.sales as
        select toNullable(toString(number % 7)) as customer_id, number as n, [number] as list from numbers(100)`);
      await engine.execute('create table shop.copy clone as shop.sales');
      await engine.execute('rename table shop.sales to shop.sold');
      await engine.execute('alter table shop.sold add column note varchar null');
      await engine.execute(`alter table shop.sold update note = 'seven' where customer_id = $1`, ['0']);
      await engine.execute('delete from shop.sold where n >= 50');
      const figures = 'count(*) as n, count(distinct customer_id) as customers';
      expect(await engine.query(`select ${figures}, count(note) as notes from shop.sold`)).toEqual([
        { n: 50, customers: 7, notes: 8 },
      ]);
      expect(await engine.query(`select ${figures} from shop.sold_local`)).toEqual([{ n: 50, customers: 7 }]);
      expect(await engine.query(`select ${figures} from shop.copy`)).toEqual([{ n: 100, customers: 7 }]);
      expect((await engine.listRelations()).map(({ name, kind }) => `${name} ${kind}`)).toEqual([
        'copy table',
        'sold table',
      ]);
      await engine.execute('truncate table shop.copy');
      expect(await engine.query(`select ${figures} from shop.copy`)).toEqual([{ n: 0, customers: 0 }]);
      await engine.execute('drop table shop.copy');
      await engine.execute('drop table shop.sold');
      expect(await engine.query(`select name from system.tables where database = 'shop'`)).toEqual([]);
    });
  });
});
