import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Tenure } from '../../src/app/index.ts';
import { addDays } from '../../src/base/index.ts';
import { copyRows, type Engine, openDuckdb, openPostgres } from '../../src/engines/index.ts';
import { renderChartSql, type SupersetDataset } from '../../src/exports/index.ts';
import { findDataset, type ReadBundle, readBundle } from '../exports/read-bundle.ts';
import { copyDemo, DEMO_DAY, openDemo } from '../shared/workspaces.ts';
import { listPostgresBinaries, type PostgresServer, startPostgres } from './postgres-server.ts';

const binaries = listPostgresBinaries();
const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'tenure-superset-'));
afterAll(() => fs.rmSync(folder, { recursive: true, force: true }));

/** A table of the warehouse in PostgreSQL, with the columns and types that the dataset says it has. */
async function copyTable(from: Engine, to: Engine, dataset: SupersetDataset): Promise<void> {
  const { schema, table_name: name } = dataset;
  const columns = dataset.columns.filter(({ expression }) => expression === null);
  const definitions = columns.map(({ column_name, type }) => `"${column_name}" ${type}`).join(', ');
  await to.execute(`create table ${schema}.${name} (${definitions})`);
  const names = columns.map(({ column_name }) => column_name);
  await copyRows({
    from,
    sql: `select ${names.map((column) => `"${column}"`).join(', ')} from ${schema}.${name}`,
    to,
    target: { schema, name, columns: names },
    scratchPath: path.join(folder, `scratch-${name}`),
  });
}

const skipped = binaries === null ? ' (skipped: the server programs of PostgreSQL are not installed)' : '';

describe.skipIf(binaries === null)(`the charts of the bundle for Superset on PostgreSQL${skipped}`, () => {
  let server: PostgresServer;
  let engine: Engine;
  let tenure: Tenure;
  let bundle: ReadBundle;
  beforeAll(async () => {
    await copyDemo(folder);
    tenure = openDemo(folder);
    bundle = readBundle((await tenure.exportSuperset()).file);
    server = startPostgres(binaries ?? '');
    engine = await openPostgres({
      connectionString: server.connectionString,
      searchPath: ['entity', 'marts'],
    });
    const warehouse = await openDuckdb({ path: path.join(folder, 'warehouse.duckdb'), isReadOnly: true });
    try {
      await engine.execute('create schema marts; create schema entity');
      for (const dataset of bundle.datasets.values())
        if (dataset.sql === null) await copyTable(warehouse, engine, dataset);
    } finally {
      await warehouse.close();
    }
  });
  afterAll(async () => {
    await engine?.close();
    server?.stop();
  });

  it('all run and have rows', async () => {
    for (const [file, chart] of bundle.charts)
      for (const sql of renderChartSql(chart, findDataset(bundle, chart)))
        expect((await engine.query(sql)).length, `${file}\n${sql}`).toBeGreaterThan(0);
  });

  it('run for a range of days too', async () => {
    const range = { from: addDays(DEMO_DAY, -29), to: addDays(DEMO_DAY, 1) };
    for (const [file, chart] of bundle.charts) {
      const dataset = findDataset(bundle, chart);
      if (dataset.schema !== 'entity') continue;
      for (const sql of renderChartSql(chart, dataset, range))
        expect((await engine.query(sql)).length, `${file}\n${sql}`).toBeGreaterThan(0);
    }
  });

  /** What Superset saves of `domain.metric`. */
  function findExpression(name: string): string {
    const [domain = '', metric = ''] = name.split('.');
    const dataset = [...bundle.datasets.values()].find(({ table_name }) => table_name === TABLES[domain]);
    const saved = dataset?.metrics.find(({ metric_name }) => metric_name === metric);
    if (saved === undefined) throw new Error(`${name} is no saved metric`);
    return saved.expression;
  }

  /** A saved metric over rows of its table. */
  async function ask(
    name: string,
    { where, by = "'all'" }: { readonly where: string; readonly by?: string },
  ): Promise<ReadonlyMap<string, number | null>> {
    const table = TABLES[name.split('.')[0] ?? ''];
    const rows = await engine.query(
      `select ${by} as part, ${findExpression(name)} as value from entity.${table} where ${where} group by 1`,
    );
    return new Map(rows.map(({ part, value }) => [String(part), value === null ? null : Number(value)]));
  }

  const TABLES: Readonly<Record<string, string>> = {
    customer_success: 'metrics_customer_success',
    sales: 'metrics_sales',
    product: 'metrics_product_analytics',
    marketing: 'metrics_marketing',
  };

  it.each([0, 40])(
    'say of the company what the metrics layer says, %s days before the last',
    async (days) => {
      const day = addDays(DEMO_DAY, -days);
      const range = { from: addDays(day, -20), to: addDays(day, 1) };
      const where = `metric_date >= date '${range.from}' and metric_date < date '${range.to}'`;
      const names = tenure.metrics
        .list()
        .filter(({ hasCompanyFigure }) => hasCompanyFigure)
        .map(({ domain, metric }) => `${domain}.${metric}`);
      expect(names.length).toBeGreaterThan(90);
      const [row] = (await tenure.metrics.query({ metrics: names, time: { range } })).rows;
      for (const name of names) {
        const value = (await ask(name, { where })).get('all') ?? null;
        const expected = row?.[name] ?? null;
        if (expected === null) expect(value, name).toBeNull();
        else expect(value, name).toBeCloseTo(Number(expected), 4);
      }
    },
  );

  it('say of a plan tier and of an owner what the metrics layer says', async () => {
    const asked = [
      ['customer_success.current_mrr', 'plan_tier'],
      ['customer_success.customer_health_score', 'plan_tier'],
      ['customer_success.ticket_resolution_rate', 'plan_tier'],
      ['sales.win_rate', 'owner_name'],
      ['sales.total_pipeline_value', 'owner_name'],
      ['marketing.cost_per_mql', 'channel_name'],
    ] as const;
    for (const [name, dimension] of asked) {
      const { rows } = await tenure.metrics.query({ metrics: [name], dimensions: [dimension] });
      const values = await ask(name, { where: 'is_latest', by: dimension });
      expect(rows.length, name).toBeGreaterThan(1);
      for (const row of rows) {
        const [value, expected] = [values.get(String(row[dimension])) ?? null, row[name] ?? null];
        if (expected === null) expect(value, name).toBeNull();
        else expect(value, `${name} ${row[dimension]}`).toBeCloseTo(Number(expected), 4);
      }
    }
  });

  it('say of each month what stands at its end', async () => {
    const values = await ask('sales.total_pipeline_value', {
      where: "metric_date < date '2026-03-01'",
      by: "to_char(metric_date, 'YYYY-MM')",
    });
    const { rows } = await tenure.metrics.query({
      metrics: ['sales.total_pipeline_value'],
      time: { granularity: 'month', range: { from: '2025-09-01', to: '2026-03-01' } },
    });
    expect(rows).toHaveLength(6);
    for (const row of rows)
      expect(values.get(String(row['period']).slice(0, 7))).toBeCloseTo(
        Number(row['sales.total_pipeline_value']),
        4,
      );
  });

  it('hold for days five years back and a year ahead', async () => {
    const expression = findExpression('sales.total_pipeline_value');
    for (const days of [-1825, -400, 0, 365]) {
      const rows = await engine.query(
        `select ${expression} as value from (values
          (current_date + ${days} - 1, 'all', 100000000000.25), (current_date + ${days} - 1, 'a', 7),
          (current_date + ${days}, 'all', 30.5), (current_date + ${days}, 'a', 20), (current_date + ${days}, 'b', null)
        ) as days (metric_date, owner_id, total_pipeline_value)`,
      );
      expect(Number(rows[0]?.['value']), String(days)).toBe(30.5);
    }
  });

  it('are unknown where the last day has no value, and add up where there is no company', async () => {
    const expression = findExpression('sales.total_pipeline_value');
    const value = async (rows: string) => {
      const sql = `select ${expression} as value from (values ${rows}) as days (metric_date, owner_id, total_pipeline_value)`;
      return (await engine.query(sql))[0]?.['value'] ?? null;
    };
    expect(
      await value("(date '2026-03-13', 'a', 5), (date '2026-03-14', 'a', cast(null as int))"),
    ).toBeNull();
    expect(Number(await value("(date '2026-03-14', 'a', 5), (date '2026-03-14', 'b', 2)"))).toBe(7);
  });
});
