import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { copyRows, openDuckdb, openPostgres } from '../../src/engines/index.ts';
import { describeEngine } from '../engines/engine-suite.ts';
import { CHDB_MISSING, hasChdb, openChdb } from './chdb.ts';
import { listPostgresBinaries, startPostgres } from './postgres-server.ts';

const binaries = listPostgresBinaries();

describe.skipIf(binaries === null)('PostgreSQL (install the package postgresql to run this)', () => {
  const server = startPostgres(binaries ?? '');
  afterAll(() => server.stop());
  describeEngine('postgres', () => openPostgres({ connectionString: server.connectionString }));

  it('takes rows from DuckDB, and gives them back', async () => {
    const duckdb = await openDuckdb({ path: ':memory:' });
    const postgres = await openPostgres({ connectionString: server.connectionString });
    const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'tenure-'));
    try {
      const columns = ['id', 'amount', 'day', 'moment', 'note', 'paid', 'score', 'extra'];
      const types =
        'id bigint, amount decimal(14, 2), day date, moment timestamptz, note text, paid boolean, score double precision, extra json';
      for (const engine of [duckdb, postgres]) await engine.execute(`create table copied (${types})`);
      await duckdb.execute(
        `insert into copied select range, range / 7, date '2024-01-01' + (range % 900)::int, make_timestamptz(range * 1234567891),
           case range % 5 when 0 then null when 1 then '' when 2 then '\\N' when 3 then 'a "b",' || chr(10) || 'é🎉' else 'x' || range end,
           case range % 3 when 0 then null else range % 2 = 0 end, range / 3.0::double, '{"a": [1, "b\\n"]}'
         from range(5000)`,
      );
      const scratchPath = path.join(folder, 'rows');
      const way = { sql: 'select * from copied', scratchPath };
      const toPostgres = {
        ...way,
        from: duckdb,
        to: postgres,
        target: { schema: 'public', name: 'copied', columns },
      };
      expect(await copyRows(toPostgres)).toBe(5000);
      const rows = await duckdb.query('select * from copied order by id');
      expect(await postgres.query('select * from copied order by id')).toEqual(rows);
      await duckdb.execute('delete from copied');
      const back = {
        ...way,
        from: postgres,
        to: duckdb,
        target: { schema: 'main', name: 'copied', columns },
      };
      expect(await copyRows(back)).toBe(5000);
      expect(await duckdb.query('select * from copied order by id')).toEqual(rows);
      expect(fs.readdirSync(folder)).toEqual([]);
    } finally {
      await duckdb.close();
      await postgres.close();
      fs.rmSync(folder, { recursive: true });
    }
  });
});

describe.skipIf(!hasChdb)(`ClickHouse (${CHDB_MISSING})`, () => {
  describeEngine('clickhouse', openChdb, { isChdb: true });
});
