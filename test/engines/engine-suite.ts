import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Engine } from '../../src/engines/index.ts';

/** A relation of the numbers from 1 on, in the column `n`. */
function renderNumbers({ profile }: Engine, count: string): string {
  if (profile.kind === 'duckdb') return `range(1, ${count} + 1) as t(n)`;
  if (profile.kind === 'postgres') return `generate_series(1, ${count}) as t(n)`;
  return `(select number + 1 as n from numbers(${count})) as t`;
}

/** What every engine must do alike; run against each. chdb in this process makes a result whole, and hears nothing meanwhile. */
export function describeEngine(
  label: string,
  open: () => Promise<Engine>,
  { isChdb = false }: { readonly isChdb?: boolean } = {},
): void {
  describe(`engine: ${label}`, () => {
    let engine: Engine;
    beforeAll(async () => {
      engine = await open();
      const { createSchema, typeName } = engine.dialect;
      await engine.execute(createSchema('shop'));
      await engine.execute(
        `create table shop.orders (id bigint, amount decimal(14, 2), day ${typeName('date')}, moment ${typeName('timestamptz')}, note varchar, paid boolean, score double precision)`,
      );
    });
    afterAll(() => engine.close());

    it('writes and reads every type in one form', async () => {
      const columns = ['id', 'amount', 'day', 'moment', 'note', 'paid', 'score'];
      await engine.writeRows({ schema: 'shop', name: 'orders', columns }, [
        [1, '12.50', '2026-03-14', '2026-03-14T10:00:00.123456Z', `it's "quoted"`, true, 0.1],
        [9007199254740993n, '-0.01', '2024-02-29', '2024-02-29T00:00:00+13:00', null, false, null],
      ]);
      expect(await engine.query('select * from shop.orders order by id')).toEqual([
        {
          id: 1,
          amount: '12.50',
          day: '2026-03-14',
          moment: '2026-03-14T10:00:00.123456Z',
          note: `it's "quoted"`,
          paid: true,
          score: 0.1,
        },
        {
          id: 9007199254740993n,
          amount: '-0.01',
          day: '2024-02-29',
          moment: '2024-02-28T11:00:00.000Z',
          note: null,
          paid: false,
          score: null,
        },
      ]);
    });

    it('takes parameters, never text', async () => {
      const evil = `'; drop table shop.orders; --`;
      expect(await engine.query('select cast($1 as varchar) as echo', [evil])).toEqual([{ echo: evil }]);
      expect(await engine.query('select id from shop.orders where note = $1', [`it's "quoted"`])).toEqual([
        { id: 1 },
      ]);
    });

    it('describes a query and lists relations and columns', async () => {
      await engine.execute('create view shop.paid as select id from shop.orders where paid');
      expect(
        (await engine.describe('select id, note from shop.orders')).map((column) => column.name),
      ).toEqual(['id', 'note']);
      expect(await engine.listRelations()).toEqual([
        { schema: 'shop', name: 'orders', kind: 'table' },
        { schema: 'shop', name: 'paid', kind: 'view' },
      ]);
      expect(await engine.fetchKind('shop', 'orders')).toBe('table');
      expect(await engine.fetchKind('shop', 'paid')).toBe('view');
      expect(await engine.fetchKind('shop', 'absent')).toBeNull();
      expect((await engine.listColumns('shop', 'orders')).map((column) => column.name)).toHaveLength(7);
      expect(await engine.listColumns('shop', 'absent')).toEqual([]);
    });

    it('streams a large result in chunks without holding it', async () => {
      let rows = 0;
      let chunks = 0;
      for await (const chunk of engine.stream(`select n from ${renderNumbers(engine, '50000')}`)) {
        chunks += 1;
        rows += chunk.rows.length;
        expect(chunk.columns).toEqual(['n']);
      }
      expect(rows).toBe(50_000);
      expect(chunks).toBeGreaterThan(10);
    });

    it('streams every row, whatever their number is', async () => {
      const numbers = renderNumbers(engine, '$1');
      for (const count of [0, 1, 2048, 100_001]) {
        let rows = 0;
        let sum = 0;
        for await (const chunk of engine.stream(`select n from ${numbers}`, [count])) {
          rows += chunk.rows.length;
          for (const [n] of chunk.rows) sum += Number(n);
        }
        expect([rows, sum]).toEqual([count, (count * (count + 1)) / 2]);
      }
    });

    it('fails where a streamed statement fails after its first rows, in the words of the database', async () => {
      const numbers = renderNumbers(engine, '1000000');
      const sql = `select cast(case when n > $1 then 'late' else '1' end as integer) as one from ${numbers}`;
      let rows = 0;
      const read = async () => {
        for await (const chunk of engine.stream(sql, [900_000])) rows += chunk.rows.length;
      };
      await expect(read()).rejects.toMatchObject({
        code: 'QUERY_FAILED',
        message: expect.stringContaining('late'),
      });
      if (!isChdb) expect(rows).toBeGreaterThan(1000);
      expect(rows).toBeLessThanOrEqual(900_001);
    });

    it('passes rows on in files, in every form they have', async () => {
      const columns = ['id', 'amount', 'day', 'moment', 'note', 'paid', 'score'];
      await engine.execute('create table shop.notes as select * from shop.orders where false');
      const rows = [
        [1, '12.50', '2026-03-14', '2026-03-14T10:00:00.123456Z', 'a "b", c\n\\N\t\u{1F389}', true, 0.1],
        [2, null, null, null, null, null, null],
        [3, '-0.01', engine.profile.firstDay, '1969-12-31T23:59:59.000Z', '', false, 1e-300],
        [4, '0.00', '2026-03-14', '2026-03-14T10:00:00.000Z', '\\N', false, -5],
      ];
      await engine.writeRows({ schema: 'shop', name: 'notes', columns }, rows);
      const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'tenure-'));
      try {
        for (const format of engine.profile.bulkFormats) {
          const file = { path: path.join(folder, `it's.${format}`), format };
          expect(await engine.writeFile('select * from shop.notes', file)).toBe(4);
          await engine.execute('delete from shop.notes where true');
          expect(await engine.readFile({ schema: 'shop', name: 'notes', columns }, file)).toBe(4);
          const back = await engine.query('select * from shop.notes order by id');
          expect(back.map((row) => columns.map((column) => row[column]))).toEqual(rows);
          const missing = { path: path.join(folder, 'missing'), format };
          await expect(
            engine.readFile({ schema: 'shop', name: 'notes', columns }, missing),
          ).rejects.toMatchObject({ code: 'QUERY_FAILED' });
          await expect(engine.writeFile('select nothing', file)).rejects.toMatchObject({
            code: 'QUERY_FAILED',
          });
        }
      } finally {
        fs.rmSync(folder, { recursive: true });
      }
    });

    it('takes rows of a file into a temporary table, which has no schema', async () => {
      await engine.execute('create temporary table kept as select id, note from shop.orders where false');
      const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'tenure-'));
      try {
        for (const format of engine.profile.bulkFormats) {
          const file = { path: path.join(folder, 'kept'), format };
          await engine.writeFile('select id, note from shop.orders', file);
          await engine.readFile({ schema: '', name: 'kept', columns: ['id', 'note'] }, file);
        }
        const written = await engine.query('select count(*) as n, count(distinct id) as ids from kept');
        expect(written).toEqual([{ n: 2 * engine.profile.bulkFormats.length, ids: 2 }]);
      } finally {
        fs.rmSync(folder, { recursive: true });
      }
    });

    it('has connections beside it that see what it has written', async () => {
      const beside = await engine.connect();
      try {
        expect(await beside.query('select count(*) as n from shop.orders')).toEqual([{ n: 2 }]);
      } finally {
        await beside.close();
      }
      expect(await engine.query('select 1 as one')).toEqual([{ one: 1 }]);
    });

    it('ends a statement that runs when it is told to', async ({ skip }) => {
      skip(isChdb, 'chdb runs in the process that would tell it');
      const numbers = (alias: string) => renderNumbers(engine, '100000').replace(/\bt\b/, alias);
      const endless = engine.query(
        `select count(*) as n from ${numbers('a')} cross join ${numbers('b')} where (a.n * b.n) % 7 = 3`,
      );
      const timer = setInterval(() => engine.interrupt(), 50);
      await expect(endless).rejects.toMatchObject({ code: 'QUERY_FAILED' });
      clearInterval(timer);
      // The last call may still be on its way, and would end whatever runs then.
      await wait(250);
      expect(await engine.query('select 1 as one')).toEqual([{ one: 1 }]);
    });

    it('rolls a failed transaction back whole', async () => {
      const work = engine.transaction(async () => {
        await engine.execute('create table shop.half (a integer)');
        await engine.execute('delete from shop.orders where true');
        throw new Error('stop here');
      });
      await expect(work).rejects.toThrow('stop here');
      if (!engine.profile.hasTransactions) return;
      expect(await engine.query('select count(*) as n from shop.orders')).toEqual([{ n: 2 }]);
      expect(await engine.listColumns('shop', 'half')).toEqual([]);
    });

    it('goes on after a statement that fails inside a transaction', async () => {
      const work = engine.transaction(() => engine.execute('select no_such_column from shop.orders'));
      await expect(work).rejects.toMatchObject({ code: 'QUERY_FAILED' });
      expect(await engine.query('select 1 as one')).toEqual([{ one: 1 }]);
    });

    it('has date arithmetic with one meaning', async () => {
      const d = engine.dialect;
      const value = async (sql: string) => (await engine.query(`select ${sql} as v`))[0]?.['v'];
      const date = (text: string) => `cast('${text}' as date)`;
      expect(await value(d.dateDiff(date('2024-02-28'), date('2024-03-01'), 'day'))).toBe(2);
      expect(await value(d.dateDiff(date('2023-12-31'), date('2024-01-01'), 'month'))).toBe(1);
      expect(await value(d.dateDiff(date('2023-12-31'), date('2025-01-01'), 'year'))).toBe(2);
      expect(await value(d.dateDiff(date('2023-09-30'), date('2024-01-01'), 'quarter'))).toBe(2);
      expect(await value(d.dateDiff(date('2024-01-07'), date('2024-01-08'), 'week'))).toBe(1);
      expect(await value(`cast(${d.dateAdd('day', '-30', date('2024-03-01'))} as date)`)).toBe('2024-01-31');
      expect(await value(`cast(${d.dateAdd('month', '1', date('2024-01-31'))} as date)`)).toBe('2024-02-29');
      expect(await value(`cast(${d.dateTrunc('week', date('2024-01-03'))} as date)`)).toBe('2024-01-01');
      expect(await value(d.lastDay(date('2024-02-05'), 'month'))).toBe('2024-02-29');
      expect(await value(d.lastDay(date('2024-02-05'), 'quarter'))).toBe('2024-03-31');
      expect(await value(d.startOfDay(date('2024-02-05')))).toBe('2024-02-05T00:00:00.000Z');
      expect(await value(d.hash(`'abc'`))).toBe('900150983cd24fb0d6963f7d28e17f72');
      const hours = d.dateDiff(`timestamp '2024-01-01 10:59:00'`, `timestamp '2024-01-01 12:01:00'`, 'hour');
      expect(await value(hours)).toBe(2);
    });
  });
}
