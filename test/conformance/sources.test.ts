import { afterAll, afterEach, beforeEach, describe, expect, it } from 'vitest';
import { buildSeededChance } from '../../src/base/index.ts';
import { openChild } from '../shared/compiled.ts';
import { runAndKill } from '../shared/run-and-kill.ts';
import { listPostgresBinaries, startPostgres } from './postgres-server.ts';
import { openSourceBench, type SourceBench } from './source-bench.ts';
import { ITEMS, openWriter } from './source-writers.ts';

const binaries = listPostgresBinaries();

/** The same table three times: told by transactions, by time and by number. */
const THREE_WAYS = `
- from: public.items
  name: by transactions
  table: raw.features
  mode: incremental
  columns: { feature_id: id }
- from: public.items
  name: by time
  table: raw.team_members
  mode: incremental
  cursor: changed_at
  lag: 20 milliseconds
  columns: { member_id: id }
- from: public.items
  name: by number
  table: raw.users
  mode: incremental
  cursor: version
  columns: { user_id: id, customer_id: name, created_at: { constant: '2026-01-01' } }`;
const COPIES = [
  { table: 'features', sql: 'select feature_id as id, name from raw.features order by feature_id' },
  { table: 'team_members', sql: 'select member_id as id, name from raw.team_members order by member_id' },
  { table: 'users', sql: 'select user_id as id, customer_id as name from raw.users order by user_id' },
];

describe.skipIf(binaries === null)(
  'PostgreSQL as a source (install the package postgresql to run this)',
  () => {
    const server = startPostgres(binaries ?? '');
    afterAll(() => server.stop());
    let bench: SourceBench;
    beforeEach(async () => {
      bench = await openSourceBench(server);
    });
    afterEach(() => bench.close());

    /** The raw tables hold what the source holds, and no row came twice. */
    async function expectEqual(): Promise<void> {
      const rows = await bench.source.query(
        'select id::text as id, name from items order by id::text collate "C"',
      );
      expect(rows.length).toBeGreaterThan(0);
      for (const { table, sql } of COPIES) {
        expect(await bench.raw.query(sql), table).toEqual(rows);
        const [counts] = await bench.raw.query(
          `select
           (select sum(rows_inserted)::integer from loads.files where table_name = 'raw.${table}') as inserted,
           (select sum(rows_updated)::integer from loads.files where table_name = 'raw.${table}') as updated,
           (select sum(rows_rejected)::integer from loads.files where table_name = 'raw.${table}') as rejected,
           (select count(*) from raw_history.${table}) as replaced`,
        );
        expect(counts).toMatchObject({ inserted: rows.length, updated: counts?.['replaced'], rejected: 0 });
      }
    }

    it.each([1, 2])('loses and doubles nothing while others write: in turns, seed %i', async (seed) => {
      await bench.source.execute(ITEMS);
      bench.describe(THREE_WAYS);
      const { next: chance } = buildSeededChance(seed);
      const writers = await Promise.all([1, 2, 3].map((place) => openWriter(bench.url, place, seed)));
      let read = 0;
      for (let turn = 0; turn < 200; turn += 1) {
        const writer = writers[Math.floor(chance() * writers.length)];
        await writer?.step();
        if (chance() < 0.1) read += (await bench.load()).read;
      }
      for (const writer of writers) await writer.finish();
      read += (await bench.load()).read;
      await expectEqual();
      const [batches] = await bench.raw.query('select count(*) as n from loads.batches');
      const [items] = await bench.source.query('select count(*) as n from items');
      // Much is read again, but far from everything each time.
      expect(read).toBeLessThan(2 * Number(batches?.['n']) * Number(items?.['n']));
    });

    it('kill -9 between reading and the end leaves neither a gap nor a double', async () => {
      await bench.source.execute(ITEMS);
      bench.describe(THREE_WAYS);
      const child = await openChild('load/load-child.ts');
      await bench.raw.close();
      const moments = [
        ['read', 0],
        ['compare', 0],
        ['write', 0],
        ['write', 10],
        ['write', 25],
      ] as const;
      for (const [index, [phase, delay]] of moments.entries()) {
        const from = 1000 * index;
        await bench.source.execute(
          `insert into items select n, 'x' || n, now(), nextval('versions') from generate_series(${from + 1}, ${from + 1000}) as n;
         update items set name = name || 'x', changed_at = now(), version = nextval('versions') where id % 7 = ${index}`,
        );
        await runAndKill([child, bench.folder, bench.url, String(100 + index)], phase, delay);
      }
      await bench.open();
      const [found] = await bench.raw.query(
        `select (select count(*) from loads.batches) as batches,
         (select count(*) / 3 from loads.source_progress) as noted, (select count(distinct batch_id) from loads.files) as written`,
      );
      expect(found).toMatchObject({ noted: found?.['batches'], written: found?.['batches'] });
      await bench.load({ batchId: '200' });
      await expectEqual();
    });

    it('loses and doubles nothing while others write: all at once', async () => {
      await bench.source.execute(ITEMS);
      bench.describe(THREE_WAYS);
      const writers = await Promise.all([1, 2, 3, 4].map((place) => openWriter(bench.url, place, 7)));
      let running = writers.length;
      const write = async (writer: (typeof writers)[number]) => {
        for (let turn = 0; turn < 900; turn += 1) await writer.step();
        await writer.finish();
        running -= 1;
      };
      const load = async () => {
        while (running > 0) await bench.load();
      };
      await Promise.all([...writers.map(write), load()]);
      await bench.load();
      await expectEqual();
    });
  },
);
