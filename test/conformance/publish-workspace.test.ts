import { spawnSync } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openTenure, PACKAGE_ROOT, type PublishReport, type Tenure } from '../../src/app/index.ts';
import { buildFixedClock, quoteIdentifier } from '../../src/base/index.ts';
import {
  type ColumnInfo,
  type DuckdbEngine,
  type Engine,
  openDuckdb,
  openPostgres,
} from '../../src/engines/index.ts';
import { copyDemo, DEMO_DAY } from '../shared/workspaces.ts';
import { listPostgresBinaries, startPostgres } from './postgres-server.ts';

const binaries = listPostgresBinaries();
const PYTHON = '/usr/bin/python3';
const hasAlchemy = spawnSync(PYTHON, ['-c', 'import sqlalchemy, psycopg2']).status === 0;
const NUMERIC = /^(TINYINT|SMALLINT|INTEGER|BIGINT|HUGEINT|DOUBLE|FLOAT|DECIMAL)/;
const PAGES = ['publish.md', 'bi-metabase.md', 'bi-grafana.md', 'bi-tableau.md'];

interface Reflected {
  readonly comment: string | null;
  readonly key: readonly string[];
  readonly indexes: readonly (readonly string[])[];
  readonly columns: Readonly<Record<string, { readonly type: string; readonly comment: string | null }>>;
}

/** The SQL of a page, in order. */
function readQueries(page: string): readonly string[] {
  const text = fs.readFileSync(path.join(PACKAGE_ROOT, 'docs', page), 'utf8');
  return [...text.matchAll(/^```sql\n([\s\S]*?)^```$/gm)].map(([, sql]) => sql ?? '');
}

describe.skipIf(binaries === null)(
  'a published workspace (install the package postgresql to run this)',
  () => {
    const server = startPostgres(binaries ?? '');
    const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'tenure-published-'));
    let tenure: Tenure;
    let report: PublishReport;
    let warehouse: DuckdbEngine;
    let postgres: Engine;

    beforeAll(async () => {
      await copyDemo(folder);
      tenure = openTenure({
        folder,
        clock: buildFixedClock(`${DEMO_DAY}T20:00:00Z`),
        environment: { TENURE_POSTGRES_URL: server.connectionString },
      });
      report = await tenure.publish({ to: 'postgres' });
      warehouse = await openDuckdb({ path: tenure.workspace.files.warehouse, isReadOnly: true });
      postgres = await openPostgres({ connectionString: server.connectionString });
    }, 600_000);
    afterAll(async () => {
      await postgres?.close();
      await warehouse?.close();
      server.stop();
      fs.rmSync(folder, { recursive: true, force: true });
    });

    const names = () => report.tables.map(({ schema, name }) => `${schema}.${name}`);
    const models = () => names().filter((name) => name !== 'entity.metric_catalogue');

    it('has the rows of the warehouse: as many, the same sums, the same days, the same texts', async () => {
      expect(models().length).toBeGreaterThan(30);
      for (const table of models()) {
        const [schema = '', name = ''] = table.split('.');
        // Text that holds JSON is written otherwise by PostgreSQL.
        const json = (await postgres.listColumns(schema, name)).filter(({ type }) => type === 'jsonb');
        const columns = (await warehouse.listColumns(schema, name)).filter(
          (column) => !json.some((one) => one.name === column.name),
        );
        const measures = columns.flatMap((column: ColumnInfo) => {
          const quoted = quoteIdentifier(column.name);
          if (NUMERIC.test(column.type)) return [`sum(cast(${quoted} as double precision))`];
          if (column.type === 'DATE')
            return [`min(${quoted})`, `max(${quoted})`, `count(distinct ${quoted})`];
          if (column.type === 'BOOLEAN') return [`sum(case when ${quoted} then 1 else 0 end)`];
          return column.type === 'VARCHAR' ? [`sum(length(${quoted}))`, `count(distinct ${quoted})`] : [];
        });
        const counts = columns.map((column: ColumnInfo) => `count(${quoteIdentifier(column.name)})`);
        const list = ['count(*)', ...counts, ...measures].map((measure, at) => `${measure} as m${at}`);
        const sql = `select ${list.join(', ')} from ${table}`;
        const [ours] = await warehouse.query(sql);
        const [theirs] = await postgres.query(sql);
        for (const [measure, value] of Object.entries(ours ?? {})) {
          const what = `${table}: ${list[Number(measure.slice(1))]}`;
          const found = theirs?.[measure] ?? null;
          if (typeof value === 'string' && /\D/.test(value)) expect([what, found]).toEqual([what, value]);
          else if (value === null) expect([what, found]).toEqual([what, null]);
          else
            expect(Math.abs(Number(found) - Number(value)), what).toBeLessThanOrEqual(
              1e-9 * Math.abs(Number(value)),
            );
        }
      }
    });

    it.skipIf(!hasAlchemy)(
      'is reflected by SQLAlchemy with types, keys and comments (install python3-sqlalchemy and python3-psycopg2 to run this)',
      async () => {
        const url = server.connectionString.replace('postgres://', 'postgresql+psycopg2://');
        const script = path.join(import.meta.dirname, 'reflect.py');
        const { status, stdout, stderr } = spawnSync(PYTHON, [script, url], {
          encoding: 'utf8',
          maxBuffer: 2 ** 26,
        });
        expect(status, stderr).toBe(0);
        const found: Readonly<Record<string, Reflected>> = JSON.parse(stdout);
        expect(Object.keys(found).sort()).toEqual([...names()].sort());
        expect(found['entity.metrics_customer_success']).toMatchObject({
          key: ['customer_id', 'metric_date'],
          comment: expect.stringMatching(/^One row per customer and day/),
          indexes: [['metric_date']],
        });
        expect(found['entity.metrics_customer_success']?.columns).toMatchObject({
          metric_date: { type: 'DATE' },
          current_mrr: { type: 'NUMERIC(18, 2)' },
          customer_health_score: { type: 'DOUBLE PRECISION' },
          is_latest: { type: 'BOOLEAN' },
        });
        expect(found['marts.predictions']?.columns['reasons']?.type).toBe('JSONB');
        expect(found['marts.predictions']?.key).toEqual(['customer_id', 'as_of', 'model']);
        expect(found['marts.top_deals']?.key).toHaveLength(1);
        const silent = Object.entries(found).flatMap(([table, { comment, columns }]) => [
          ...(comment === null ? [table] : []),
          ...Object.entries(columns).flatMap(([column, about]) =>
            about.comment === null ? [`${table}.${column}`] : [],
          ),
        ]);
        expect(silent).toEqual([]);
        const keyless = Object.entries(found).filter(([, { key }]) => key.length === 0);
        expect(keyless.map(([table]) => table)).toEqual(['entity.metrics_api_entities']);
      },
    );

    it('lets a role that only reads run every query of the pages', async () => {
      const [role = '', ...others] = readQueries('publish.md');
      await postgres.execute(role.replaceAll('tenure_publisher', 'tenure'));
      const reader = await openPostgres({
        connectionString: server.connectionString.replace('tenure@', 'tenure_bi@'),
      });
      const queries = [others, ...PAGES.slice(1).map(readQueries)];
      expect(queries.map((list) => list.length)).toEqual([2, 3, 3, 3]);
      for (const sql of queries.flat()) {
        // Grafana puts the range of the dashboard there.
        const range = `between '2025-12-14T20:00:00.5Z' and '2026-03-14T20:00:00.5Z'`;
        const rows = await reader.query(sql.replaceAll(/\$__timeFilter\((\w+)\)/g, `$1 ${range}`));
        expect(rows.length, sql).toBeGreaterThan(0);
      }
      await expect(reader.execute('delete from marts.top_deals')).rejects.toMatchObject({
        code: 'QUERY_FAILED',
      });
      await expect(reader.query('select * from tenure_publish.relations')).rejects.toMatchObject({
        code: 'QUERY_FAILED',
      });
      await reader.close();
    });

    it('stays with the next run, privileges too', async () => {
      const again = await tenure.publish({ to: 'postgres' });
      expect(new Set(again.tables.map(({ change }) => change))).toEqual(new Set(['unchanged']));
      expect([again.rows, again.tables.length]).toEqual([report.rows, report.tables.length]);
      fs.rmSync(path.join(folder, 'tenure.yml'));
      fs.writeFileSync(
        path.join(folder, 'tenure.yml'),
        `as_of: ${DEMO_DAY}\npublish: {to: postgres, url_file: address}\n`,
      );
      fs.writeFileSync(path.join(folder, 'address'), server.connectionString);
      const one = openTenure({ folder, environment: {} });
      await postgres.execute('drop table marts.top_deals');
      const repaired = await one.publish();
      expect(
        repaired.tables
          .filter(({ change }) => change !== 'unchanged')
          .map(({ name, change }) => [name, change]),
      ).toEqual([['top_deals', 'new']]);
      const [may] = await postgres.query(
        `select has_table_privilege('tenure_bi', 'marts.top_deals', 'select') as reads`,
      );
      expect(may).toEqual({ reads: true });
    });
  },
);
