import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openTenure, PACKAGE_ROOT, type Tenure } from '../../src/app/index.ts';
import { buildFixedClock } from '../../src/base/index.ts';
import { type Engine, openDuckdb } from '../../src/engines/index.ts';
import { listDifferences } from './copied-warehouse.ts';
import type { TargetServers } from './target-servers.ts';

const DATA = path.join(PACKAGE_ROOT, 'examples', 'acme', 'data');
const clock = buildFixedClock('2026-03-15T06:00:00Z');

/** All models, without their tests: the suites of the targets run those. */
const WHOLE = { exclude: ['resource_type:test'] };
/** A seed: everything else is carried over. */
export const PART = { select: ['plan_tiers'] };

/** What a test of a target of its own finds there. */
export interface WorkspacePair {
  readonly servers: TargetServers;
  /** The workspace on servers. */
  readonly there: Tenure;
  readonly warehouse: Engine;
}

/** Work in a workspace on servers comes to what it comes to in files; `describeMore` adds what only this target has. */
export function describeWorkspace(
  start: () => Promise<TargetServers>,
  target: TargetServers['target'],
  describeMore: (pair: () => WorkspacePair) => void,
): void {
  describe('work in a workspace', () => {
    const root = fs.mkdtempSync(path.join(os.tmpdir(), 'tenure-'));
    let servers: TargetServers;
    let warehouse: Engine;

    /** The same workspace twice: on servers, and in files. */
    let there: Tenure;
    let here: Tenure;

    function openWorkspace(name: string, environment: Readonly<Record<string, string>>): Tenure {
      const folder = path.join(root, name);
      fs.mkdirSync(path.join(folder, 'models'), { recursive: true });
      const setting = 'TENURE_DATABASE_URL' in environment ? `target: ${target}\n` : '';
      fs.writeFileSync(path.join(folder, 'tenure.yml'), `${setting}as_of: 2026-03-14\n`);
      return openTenure({ folder, clock, environment });
    }

    async function readAll(tenure: Tenure, sql: string, target?: 'raw' | 'warehouse' | 'failed') {
      const rows: unknown[] = [];
      for await (const chunk of tenure.stream(sql, target)) rows.push(...chunk.rows);
      return rows;
    }

    function writeFile(name: string, text: string): string {
      const file = path.join(root, name);
      fs.writeFileSync(file, text);
      return file;
    }

    /** What the raw tables hold, with what was replaced and what was turned away. */
    async function readRaw(tenure: Tenure): Promise<unknown> {
      return [
        await readAll(tenure, 'select * from raw.customers order by customer_id', 'raw'),
        await readAll(tenure, 'select * from raw_history.customers order by customer_id, _batch_id', 'raw'),
        await readAll(
          tenure,
          'select batch_id, table_name, line, column_name, value, rule, reason, "rows" from loads.raw_rejects order by batch_id, line, column_name',
          'raw',
        ),
        await tenure.listBatches(),
      ];
    }

    beforeAll(async () => {
      servers = await start();
      there = openWorkspace('there', servers.environment);
      here = openWorkspace('here', {});
      warehouse = await servers.openWarehouse();
      for (const tenure of [here, there]) await tenure.load({ paths: [DATA] });
    });

    afterAll(async () => {
      await warehouse?.close();
      await servers?.stop();
      fs.rmSync(root, { recursive: true, force: true });
    });

    it('says what is missing before anything is there', async () => {
      const empty = openWorkspace('nowhere', { TENURE_DATABASE_URL: '' });
      await expect(empty.listRuns()).rejects.toMatchObject({ code: 'DATABASE_URL_MISSING' });
      const closed = 'postgres://tenure:secret-word@127.0.0.1:1/none';
      const unreachable = openWorkspace('closed', { TENURE_DATABASE_URL: closed });
      const failure = await unreachable.listRuns().catch((error: unknown) => error);
      expect(failure).toMatchObject({ code: 'DATABASE_UNREACHABLE' });
      expect(JSON.stringify([failure, String(failure)])).not.toContain('secret-word');
      await expect(readAll(there, 'select 1')).rejects.toMatchObject({ code: 'WAREHOUSE_MISSING' });
      await expect(there.status()).rejects.toMatchObject({ code: 'WAREHOUSE_MISSING' });
    });

    it('loads what changed, keeps what was replaced and turned away, and takes it back, as in files', async () => {
      const [header, first, second] = fs.readFileSync(path.join(DATA, 'customers.csv'), 'utf8').split('\n');
      const [customerId] = (first ?? '').split(',');
      const changed = (first ?? '').replace(/,(starter|growth|enterprise|free)/, ',professional');
      const text = [header, changed, second, `new,${'x,'.repeat(3)}`, ''].join('\n');
      const file = writeFile('customers.csv', text);
      expect(customerId).not.toBe('');
      const before = await readRaw(there);
      for (const step of [{ paths: [file] }, { paths: [file] }, { paths: [DATA] }]) {
        const [a, b] = [await here.load(step), await there.load(step)];
        expect(b).toEqual(a);
        expect(await readRaw(there)).toEqual(await readRaw(here));
      }
      const dry = await there.load({ paths: [file], isDryRun: true });
      expect(dry.status).toBe('dry_run');
      for (const batch of ['4', '3', '2']) {
        expect(await there.undo(batch)).toEqual(await here.undo(batch));
        expect(await readRaw(there)).toEqual(await readRaw(here));
      }
      const [customers] = (await readRaw(there)) as readonly unknown[];
      expect(customers).toEqual((before as readonly unknown[])[0]);
    });

    it('keeps the last good warehouse when a build fails, and the failed one to look into', async () => {
      expect((await there.build(WHOLE)).isPublished).toBe(true);
      const good = await readAll(there, 'select count(*) from metrics_unified_domains');
      const broken = path.join(there.workspace.root, 'models', 'broken.sql');
      fs.writeFileSync(broken, 'select no_such_column from customer_lifetime_value');
      const report = await there.build({ select: ['broken'] });
      expect([report.isPublished, report.summary.counts.error]).toEqual([false, 1]);
      expect(await readAll(there, 'select count(*) from metrics_unified_domains')).toEqual(good);
      expect(await readAll(there, 'select count(*) from metrics_unified_domains', 'failed')).toEqual(good);
      expect((await there.doctor()).findings.find(({ check }) => check === 'Warehouse')?.detail).toMatch(
        /a later build failed/,
      );
      fs.rmSync(broken);
      expect((await there.build(PART)).isPublished).toBe(true);
      const { findings, ok } = await there.doctor();
      expect([ok, findings.filter(({ status }) => status === 'fail')]).toEqual([true, []]);
      expect(findings.find(({ check }) => check === 'PostgreSQL')).toMatchObject({
        status: 'ok',
        detail: expect.stringContaining('sorted by C'),
      });
      await expect(readAll(there, 'select 1', 'failed')).rejects.toMatchObject({ code: 'WAREHOUSE_MISSING' });
    });

    it('builds a part, and leaves the rest as it was', async () => {
      const model = path.join(there.workspace.root, 'models', 'own_count.sql');
      fs.writeFileSync(model, `select count(*) as n from {{ ref('customer_lifetime_value') }}`);
      const { summary, isPublished } = await there.build({ select: ['own_count'] });
      expect([isPublished, summary.counts.success]).toEqual([true, 1]);
      const [[n]] = (await readAll(there, 'select n from own_count')) as [[number]];
      const [[rows]] = (await readAll(there, 'select count(*) from customer_lifetime_value')) as [[number]];
      expect(n).toBe(rows);
      expect(await readAll(there, 'select count(*) from predictions')).toEqual(
        await readAll(there, 'select count(*) from marts.predictions'),
      );
      fs.rmSync(model);
      expect((await there.build(PART)).isPublished).toBe(true);
    });

    it('never takes the place of a schema that somebody else has', async () => {
      await warehouse.execute(warehouse.dialect.createSchema('finance'));
      await warehouse.execute('create table finance.ledger (n integer)');
      const model = path.join(there.workspace.root, 'models', 'own_ledger.sql');
      fs.writeFileSync(model, `{{ config(schema='finance') }} select 1 as n`);
      await expect(there.build({ select: ['own_ledger'] })).rejects.toMatchObject({ code: 'SCHEMA_TAKEN' });
      expect(await warehouse.query('select count(*) as n from finance.ledger')).toEqual([{ n: 0 }]);
      fs.rmSync(model);
      expect((await there.build(PART)).isPublished).toBe(true);
    });

    // Of ClickHouse the models' own suite compares it.
    it.runIf(target === 'postgres')(
      'builds again after rows and days were added, to the cells of a build in files that goes on',
      async () => {
        const events = fs.readFileSync(path.join(DATA, 'usage_events.csv'), 'utf8').split('\n');
        const later = events.slice(1, 30).map((line) => line.replace(/^[^,]+/, (id) => `${id}-later`));
        const added = writeFile('usage_events.csv', [events[0], ...later, ''].join('\n'));
        const steps = async (tenure: Tenure) => {
          await tenure.build({ asOf: '2026-03-08' });
          await tenure.load({ paths: [added] });
          const { isPublished } = await tenure.build({ asOf: '2026-03-14' });
          expect(isPublished).toBe(true);
        };
        await steps(here);
        await steps(there);
        const file = path.join(here.workspace.root, 'warehouse.duckdb');
        const duckdb = await openDuckdb({ path: file, isReadOnly: true });
        try {
          const different: string[] = [];
          for (const node of Object.values(here.openProject().manifest.nodes)) {
            if (node.resource_type === 'test' || node.config.materialized === 'ephemeral') continue;
            // It says what a build stated again, and never enters a figure.
            if (node.name === 'int_restated_customers') continue;
            const relation = { schema: node.schema, name: node.alias };
            const lines = await listDifferences(duckdb, warehouse, relation);
            if (lines.length > 0) different.push(`${node.name}: ${lines.slice(0, 3).join('; ')}`);
          }
          expect(different).toEqual([]);
        } finally {
          await duckdb.close();
        }
      },
      600_000,
    );

    it('writes the same files as a warehouse in a file', async () => {
      expect((await here.build(WHOLE)).isPublished).toBe(true);
      const sql = 'select * from customer_lifetime_value order by user_id';
      for (const format of ['csv', 'json'] as const) {
        const texts: string[] = [];
        for (const [name, tenure] of Object.entries({ here, there })) {
          const file = path.join(root, `${name}.${format}`);
          expect(await tenure.writeQuery({ sql, format, file })).toBeGreaterThan(0);
          texts.push(fs.readFileSync(file, 'utf8'));
        }
        expect(texts[1]).toBe(texts[0]);
      }
      const file = path.join(root, 'there.parquet');
      expect(await there.writeQuery({ sql, format: 'parquet', file })).toBe(
        await here.writeQuery({ sql, format: 'parquet', file: path.join(root, 'here.parquet') }),
      );
      const failing = there.writeQuery({ sql: 'select nothing', format: 'csv', file });
      await expect(failing).rejects.toMatchObject({ code: 'QUERY_FAILED' });
    });

    it('lets nothing be changed by a query', async () => {
      await expect(readAll(there, 'delete from customer_lifetime_value')).rejects.toMatchObject({
        code: 'QUERY_FAILED',
      });
      await expect(
        readAll(there, 'with gone as (delete from marts.predictions returning 1) select * from gone'),
      ).rejects.toMatchObject({ code: 'QUERY_FAILED' });
    });

    describeMore(() => ({ servers, there, warehouse }));
  });
}
