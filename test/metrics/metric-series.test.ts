import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { PACKAGE_ROOT } from '../../src/app/index.ts';
import { type DuckdbEngine, duckdbDialect, openDuckdb, type Row } from '../../src/engines/index.ts';
import {
  compileMetricSeries,
  compileStateSeries,
  fetchCoverage,
  findMetric,
  listSeriesGrains,
  readCatalogue,
  runMetricQuery,
} from '../../src/metrics/index.ts';
import { copyDemo, DEMO_DAY } from '../shared/workspaces.ts';

const catalogue = readCatalogue(path.join(PACKAGE_ROOT, 'dbt', 'catalogue'));

/** Rows as `entity day value`, in order. */
function renderRows(rows: readonly Row[], entity: string, value: string): readonly string[] {
  return rows
    .filter((row) => row[value] !== null)
    .map(
      (row) =>
        `${row[entity] ?? 'all'} ${row['metric_date'] ?? row['period']} ${Number(row[value]).toPrecision(12)}`,
    )
    .sort();
}

describe('the series of a metric on a generated company', () => {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'tenure-series-'));
  let engine: DuckdbEngine;

  beforeAll(async () => {
    const { bad } = await copyDemo(folder);
    expect(bad).toEqual([]);
    engine = await openDuckdb({
      path: path.join(folder, 'warehouse.duckdb'),
      isReadOnly: true,
      today: DEMO_DAY,
      searchPath: ['entity', 'marts', 'staging', 'intermediate'],
    });
  });
  afterAll(async () => {
    await engine?.close();
    fs.rmSync(folder, { recursive: true, force: true });
  });

  const fetchSeries = async (
    metric: string,
    request: Omit<Parameters<typeof compileMetricSeries>[2], 'coverage' | 'dialect'>,
  ): Promise<readonly Row[]> => {
    const coverage = await fetchCoverage(engine, catalogue);
    const { sql, parameters } = compileMetricSeries(catalogue, metric, {
      ...request,
      coverage,
      dialect: duckdbDialect,
    });
    return engine.query(sql, parameters);
  };

  const fetchAnswer = async (
    metric: string,
    range: { from: string; to: string },
    more: { dimensions?: string[]; filters?: { member: string; operator: 'equals'; values: string[] }[] },
  ): Promise<readonly Row[]> => {
    const query = { metrics: [metric], time: { range, granularity: 'day' as const }, limit: 10_000, ...more };
    return (await runMetricQuery(engine, catalogue, query)).rows;
  };

  const near = { from: '2026-02-10', to: '2026-03-15' };
  const far = { from: '2024-11-20', to: '2024-12-20' };

  it.each([
    ['current_mrr', near],
    ['current_mrr', far],
    ['core_feature_adoption_rate', near],
    ['core_feature_adoption_rate', far],
    ['nps_score', near],
    ['customer_health_score', { from: '2025-01-20', to: '2025-03-01' }],
    ['win_rate', near],
    ['pipeline_coverage_ratio', near],
    ['product.daily_active_users', near],
    ['dau_mau_ratio', near],
    ['cost_per_mql', near],
    ['total_ad_spend_active', near],
  ])('of %s for the company is the planner’s answer of every day of %j', async (metric, range) => {
    const expected = renderRows(await fetchAnswer(metric, range, {}), 'none', metric);
    const series = renderRows(await fetchSeries(metric, { grain: 'company', range }), 'entity_id', 'value');
    expect(series).toEqual(expected);
    expect(['nps_score', 'pipeline_coverage_ratio'].includes(metric) || series.length > 20).toBe(true);
  });

  it.each([
    ['current_mrr', 'plan_tier', near],
    ['core_feature_adoption_rate', 'plan_tier', far],
    ['customer_health_score', 'segment', near],
    ['ticket_resolution_rate', 'industry', near],
    ['dau_mau_ratio', 'platform', near],
    ['error_rate_pct', 'plan_tier', near],
  ])('of %s by %s is the planner’s by that dimension', async (metric, dimension, range) => {
    const answer = await fetchAnswer(metric, range, { dimensions: [dimension] });
    const series = await fetchSeries(metric, { grain: dimension, range });
    expect(renderRows(series, 'entity_id', 'value')).toEqual(renderRows(answer, dimension, metric));
    expect(new Set(series.map((row) => row['entity_id'])).size).toBeGreaterThan(1);
  });

  it('takes only the rows of a filter, for the company and for an entity', async () => {
    const filters = { plan_tier: ['enterprise', 'growth'] };
    const wanted = [{ member: 'plan_tier', operator: 'equals' as const, values: filters.plan_tier }];
    const answer = await fetchAnswer('current_mrr', near, { filters: wanted });
    const series = await fetchSeries('current_mrr', { grain: 'company', range: near, filters });
    expect(renderRows(series, 'entity_id', 'value')).toEqual(renderRows(answer, 'none', 'current_mrr'));
    const customers = await fetchSeries('current_mrr', { grain: 'customer', range: near, filters });
    const [stored] = await engine.query(
      `select count(*) as n, sum(current_mrr)::double as mrr from int_customer_success_days
       where metric_date >= $1 and metric_date < $2 and plan_tier in ('enterprise', 'growth')`,
      [near.from, near.to],
    );
    expect(customers).toHaveLength(Number(stored?.['n']));
    const total = customers.reduce((sum, row) => sum + Number(row['value']), 0);
    expect(total).toBeCloseTo(Number(stored?.['mrr']), 4);
  });

  it.each([
    ['customer_health_score', 'customer', { id: 'customer_id', table: 'int_customer_success_days' }],
    ['mrr_growth', 'customer', { id: 'customer_id', table: 'int_customer_success_days' }],
    ['win_rate', 'owner', { id: 'owner_id', table: 'metrics_sales' }],
    ['bounce_rate', 'channel', { id: 'channel', table: 'metrics_marketing' }],
  ])('of %s by %s is what stands in the rows', async (metric, grain, { id, table }) => {
    const series = await fetchSeries(metric, { grain, range: near });
    const stored = await engine.query(
      `select cast(${id} as varchar) as id, metric_date, ${metric} as value from ${table}
       where metric_date >= $1 and metric_date < $2 and ${id} <> 'all'`,
      [near.from, near.to],
    );
    expect(renderRows(series, 'entity_id', 'value')).toEqual(renderRows(stored, 'id', 'value'));
    expect(series.map((row) => row['entity_name'])).not.toContain(null);
  });

  it('of a state is the dimension’s text, day by day', async () => {
    const coverage = await fetchCoverage(engine, catalogue);
    const state = { domain: 'customer_success', dimension: 'health_band' };
    const request = { grain: 'customer', range: near, coverage, dialect: duckdbDialect };
    const { sql, parameters } = compileStateSeries(catalogue, state, request);
    const render = (rows: readonly Row[]) =>
      rows.map((row) => `${row['entity_id']} ${row['metric_date']} ${row['value']}`).sort();
    const stored = await engine.query(
      `select customer_id as entity_id, metric_date, health_band as value from int_customer_success_days
       where metric_date >= $1 and metric_date < $2`,
      [near.from, near.to],
    );
    expect(render(await engine.query(sql, parameters))).toEqual(render(stored));
    const unknown = { domain: 'product', dimension: 'plan_tier' };
    expect(() => compileStateSeries(catalogue, unknown, request)).toThrow('has no state plan_tier');
  });

  it('compiles for every grain a metric lists, and for no other', async () => {
    const coverage = await fetchCoverage(engine, catalogue);
    const grains = ['company', 'customer', 'owner', 'channel', 'segment', 'plan_tier', 'platform', 'csm_id'];
    for (const metric of catalogue.metrics) {
      const listed = listSeriesGrains(metric);
      for (const grain of grains) {
        const name = `${metric.domain.domain}.${metric.name}`;
        const compile = () =>
          compileMetricSeries(catalogue, name, { grain, range: near, coverage, dialect: duckdbDialect });
        if (listed.includes(grain)) expect(compile().parameters, `${name} ${grain}`).toHaveLength(2);
        else expect(compile, `${name} ${grain}`).toThrow();
      }
    }
    expect(listSeriesGrains(findMetric(catalogue, 'product.daily_active_users'))).toEqual(['company']);
  });
});
