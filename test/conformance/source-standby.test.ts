import { afterAll, afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type Engine, openPostgres } from '../../src/engines/index.ts';
import { listPostgresBinaries, startPostgres } from './postgres-server.ts';
import { openSourceBench, renderCounts, type SourceBench } from './source-bench.ts';

const binaries = listPostgresBinaries();

const BY_TIME = `
- from: features
  table: raw.features
  mode: incremental
  cursor: changed_at
  columns: { feature_id: id }`;
const BY_TRANSACTIONS = `
- from: features
  name: by transactions
  table: raw.team_members
  mode: incremental
  columns: { member_id: id }`;

describe.skipIf(binaries === null)(
  'standbys and two-phase commits (install the package postgresql to run this)',
  () => {
    const server = startPostgres(binaries ?? '', { max_prepared_transactions: '5' });
    afterAll(() => server.stop());
    let bench: SourceBench;
    let other: Engine;
    beforeEach(async () => {
      bench = await openSourceBench(server);
      other = await openPostgres({ connectionString: bench.url });
      await bench.source.execute(
        `create table features (id text, name text, changed_at timestamptz default now()); insert into features (id) values ('a')`,
      );
    });
    afterEach(async () => {
      await other.close();
      await bench.close();
    });

    const add = (engine: Engine, id: string) => engine.execute(`insert into features (id) values ('${id}')`);
    const list = async (column: string, table: string): Promise<string> =>
      (await bench.raw.query(`select ${column} as id from raw.${table} order by 1`))
        .map((row) => row['id'])
        .join(' ');

    it('a commit in two phases is found however late its second half comes', async () => {
      bench.describe(`${BY_TIME}\n  lag: 1 millisecond${BY_TRANSACTIONS}`);
      await bench.load();
      await bench.source.execute('begin');
      await add(bench.source, 'late');
      await bench.load();
      await bench.source.execute(`prepare transaction 'two phases'`);
      for (const id of ['b', 'c', 'd']) {
        await add(other, id);
        await bench.load();
      }
      expect(await list('feature_id', 'features')).toBe('a b c d');
      await other.execute(`commit prepared 'two phases'`);
      await bench.load();
      expect(await list('feature_id', 'features')).toBe('a b c d late');
      expect(await list('member_id', 'team_members')).toBe('a b c d late');
    });

    it('a standby is read by transactions, and by a cursor with a lag; once it is a server of its own, everything is read', async () => {
      const standby = server.startStandby();
      const connectionString = standby.rename(bench.url);
      const copy = await openPostgres({ connectionString });
      const load = async () => {
        const [primary] = await other.query('select cast(pg_current_wal_lsn() as text) as place');
        for (let isThere: unknown = false; isThere !== true; ) {
          const [row] = await copy.query(
            'select pg_last_wal_replay_lsn() >= cast($1 as pg_lsn) as is_there',
            [primary?.['place'] ?? null],
          );
          isThere = row?.['is_there'];
        }
        return bench.load({ environment: { CRM_URL: connectionString } });
      };
      try {
        bench.describe(BY_TIME);
        await expect(load()).rejects.toMatchObject({
          message: expect.stringContaining('cursor is "changed_at": the source is a standby'),
        });
        bench.describe(`${BY_TIME}\n  lag: 1 hour`);
        expect(renderCounts(await load())).toBe('1 1 0 0 0');
        bench.describe(BY_TRANSACTIONS);
        expect(renderCounts(await load())).toBe('1 1 0 0 0');
        await bench.source.execute('begin; savepoint inner_one');
        await add(bench.source, 'late');
        await add(other, 'b');
        expect(renderCounts(await load())).toBe('1 1 0 0 0');
        await bench.source.execute('commit');
        expect((await load()).inserted).toBe(1);
        expect(renderCounts(await load())).toBe('0 0 0 0 0');
        standby.promote();
        await copy.execute('checkpoint');
        const environment = { CRM_URL: connectionString };
        expect(renderCounts(await bench.load({ environment }))).toBe('3 0 0 3 0');
        expect(renderCounts(await bench.load({ environment }))).toBe('0 0 0 0 0');
      } finally {
        await copy.close();
      }
    });
  },
);
