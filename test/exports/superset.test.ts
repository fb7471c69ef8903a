import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { checkSupersetFile, PACKAGE_ROOT, type SupersetReport, type Tenure } from '../../src/app/index.ts';
import { openDuckdb } from '../../src/engines/index.ts';
import { renderChartSql } from '../../src/exports/index.ts';
import { runCommandLine } from '../cli/run-command-line.ts';
import { copyDemo, openDemo } from '../shared/workspaces.ts';
import { findDataset, type ReadBundle, readBundle } from './read-bundle.ts';

const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'tenure-superset-'));
afterAll(() => fs.rmSync(folder, { recursive: true, force: true }));

/** Tiles of which four have no counterpart. */
const OWN = `name: own
title: Own
purpose: What a workspace may ask for.
filters: [plan_tier]
tiles:
  - {name: two, title: Of two tables, chart: line, ask: {metrics: [win_rate, dau_mau_ratio], every: auto}}
  - {name: inner, title: Of no mart, chart: table, model: {name: int_company_customer_success, columns: [{name: metric_date, label: Day, unit: day}]}}
  - name: dated
    title: Of a day
    chart: table
    model: {name: customer_next_actions, day: metric_date, columns: [{name: customer_name, label: Customer}]}
  - {name: each, title: Of each, chart: bar, ask: {metrics: [mrr_growth], by: [plan_tier]}}
  - name: filtered
    title: Filtered
    chart: bar
    ask:
      metrics: [current_mrr]
      by: [plan_tier]
      filters:
        - {member: plan_tier, operator: equals, values: [growth, free]}
        - {member: industry, operator: set}
        - {member: csm_name, operator: contains, values: [a]}
`;

describe('the bundle for Superset', () => {
  let tenure: Tenure;
  let report: SupersetReport;
  let bundle: ReadBundle;
  beforeAll(async () => {
    await copyDemo(folder);
    tenure = openDemo(folder);
    report = await tenure.exportSuperset();
    bundle = readBundle(report.file);
  });

  it('has nothing its checker finds', () => {
    expect(checkSupersetFile(report.file)).toEqual([]);
    expect(report).toMatchObject({
      dashboards: 11,
      leftOut: [{ dashboard: 'retention' }, { dashboard: 'retention' }],
    });
  });

  it('is the same bytes when it is written again', async () => {
    const { file } = await tenure.exportSuperset({ file: 'again.zip' });
    expect(fs.readFileSync(file).equals(fs.readFileSync(report.file))).toBe(true);
  });

  it('names what it is, so that both imports take it', () => {
    expect(parse(bundle.files.get('tenure/metadata.yaml') ?? '')).toEqual({ version: '1.0.0' });
  });

  it('has each tile as a chart of its title, or a note on the dashboard that says why not', () => {
    for (const file of fs.readdirSync(path.join(PACKAGE_ROOT, 'dashboards'))) {
      const dashboard = parse(fs.readFileSync(path.join(PACKAGE_ROOT, 'dashboards', file), 'utf8'));
      const page = bundle.files.get(`tenure/dashboards/${dashboard.name}.yaml`) ?? '';
      for (const tile of dashboard.tiles) {
        const chart = bundle.charts.get(`${dashboard.name}-${tile.name}.yaml`);
        if (tile.chart === 'survival')
          expect(page).toContain(`${tile.title} (Superset has no survival curves)`);
        else expect(chart?.slice_name).toBe(tile.title);
      }
    }
  });

  it('has the templates of the guide, chart by chart', () => {
    const names = (template: string) =>
      [...bundle.charts]
        .filter(([file]) => file.startsWith(template))
        .map(([, chart]) => `${chart.viz_type}: ${chart.slice_name}`);
    expect(names('guide-executive')).toEqual([
      'big_number_total: Total MRR',
      'big_number_total: Active Customers',
      'big_number_total: Overall Health Score',
      'echarts_timeseries_line: MRR trend',
      'echarts_timeseries_line: DAU/MAU trend',
      'heatmap_v2: Customer health by segment',
      'gauge_chart: Pipeline coverage',
      'gauge_chart: Win rate',
    ]);
    expect(names('guide-customer-success')).toEqual([
      'table: At-risk customers',
      'echarts_timeseries_bar: Health score distribution',
      'mixed_timeseries: Support ticket volume and resolution rate',
      'bubble_v2: Health score vs engagement score',
    ]);
    expect(names('guide-sales')).toEqual([
      'funnel: Pipeline by stage',
      'echarts_timeseries_bar: Rep performance ranking',
      'echarts_timeseries_line: Bookings vs quota',
      'table: Top deals by value',
    ]);
    expect(names('guide-product')).toEqual([
      'echarts_timeseries_line: DAU, WAU, MAU trends',
      'pie: User segments',
      'heatmap_v2: Feature adoption matrix',
      'echarts_timeseries_bar: Platform usage distribution',
    ]);
  });

  it('has every column with its description and every metric of the catalogue', () => {
    const datasets = [...bundle.datasets.values()];
    expect(
      datasets.flatMap(({ columns }) => columns.filter(({ description }) => description === '')),
    ).toEqual([]);
    const tables = ['customer_success', 'sales', 'product_analytics', 'marketing'].map(
      (name) => `metrics_${name}`,
    );
    const saved = datasets
      .filter(({ table_name }) => tables.includes(table_name))
      .flatMap(({ metrics }) => metrics);
    expect(saved.map(({ metric_name }) => metric_name).sort()).toEqual(
      tenure.metrics
        .list()
        .map(({ metric }) => metric)
        .sort(),
    );
  });

  it('has charts over marts that run as they are on the warehouse', async () => {
    const engine = await openDuckdb({
      path: path.join(folder, 'warehouse.duckdb'),
      isReadOnly: true,
      searchPath: ['entity'],
    });
    try {
      let count = 0;
      for (const [file, chart] of bundle.charts) {
        const dataset = findDataset(bundle, chart);
        if (dataset.schema !== 'marts') continue;
        for (const sql of renderChartSql(chart, dataset)) {
          expect((await engine.query(sql)).length, file).toBeGreaterThan(0);
          count += 1;
        }
      }
      expect(count).toBeGreaterThan(20);
    } finally {
      await engine.close();
    }
  });

  it('goes under another name beside the first', async () => {
    const { file } = await tenure.exportSuperset({
      file: 'other.zip',
      name: 'Second company',
      metricsSchema: 'metrics',
    });
    const other = readBundle(file);
    expect([...other.datasets.keys()].filter((uuid) => bundle.datasets.has(uuid))).toEqual([]);
    expect(new Set([...other.datasets.values()].map(({ schema }) => schema))).toEqual(
      new Set(['marts', 'metrics']),
    );
    expect(checkSupersetFile(file)).toEqual([]);
  });

  it('is not written with a password', async () => {
    const file = path.join(folder, 'secret.zip');
    const secret = { file, uri: 'postgresql://reader:hunter2@db/analytics' };
    await expect(tenure.exportSuperset(secret)).rejects.toMatchObject({ code: 'EXPORT_HAS_PROBLEMS' });
    expect(fs.existsSync(file)).toBe(false);
  });

  it('has the dashboards of the workspace too, and says what it cannot show of them', async () => {
    fs.mkdirSync(path.join(folder, 'dashboards'), { recursive: true });
    fs.writeFileSync(path.join(folder, 'dashboards', 'own.yml'), OWN);
    // In the place of ours, without the tiles that the guide's template takes from it.
    fs.writeFileSync(path.join(folder, 'dashboards', 'sales.yml'), OWN.replace('name: own', 'name: sales'));
    const { file, leftOut } = await tenure.exportSuperset({ file: 'own.zip' });
    expect(checkSupersetFile(file)).toEqual([]);
    expect(leftOut.filter(({ dashboard }) => dashboard === 'own')).toEqual([
      {
        dashboard: 'own',
        title: 'Of two tables',
        reason: 'its metrics stand in several tables, and a chart of Superset reads one',
      },
      {
        dashboard: 'own',
        title: 'Of no mart',
        reason: 'int_company_customer_success is no mart, so a published database does not have it',
      },
      {
        dashboard: 'own',
        title: 'Of a day',
        reason: 'customer_next_actions does not mark the rows of its last day (is_latest)',
      },
      {
        dashboard: 'own',
        title: 'Of each',
        reason: 'mrr_growth of several customers does not make one figure',
      },
    ]);
    expect(
      leftOut
        .filter(({ dashboard }) => dashboard === 'guide-sales')
        .map(({ title, reason }) => `${title}: ${reason}`),
    ).toEqual(
      ['Pipeline by stage', 'Rep performance ranking', 'Bookings vs quota', 'Top deals by value'].map(
        (title) => `${title}: the dashboard it is taken from has no such tile any more`,
      ),
    );
    const own = readBundle(file);
    const chart = own.charts.get('own-filtered.yaml');
    const [sql] = chart === undefined ? [] : renderChartSql(chart, findDataset(own, chart));
    expect(sql?.slice(sql.indexOf('where'), sql.indexOf('group'))).toBe(
      'where (is_latest)\n  and "plan_tier" in (\'growth\', \'free\')\n  and "industry" is not null\n  and "csm_name" ilike \'%a%\'\n',
    );
    fs.rmSync(path.join(folder, 'dashboards'), { recursive: true });
  });

  it('is written and checked by a command', async () => {
    const written = await runCommandLine(folder, 'export', 'superset', '--out', 'cli.zip');
    expect(written.code).toBe(0);
    expect(written.out).toMatch(/cli\.zip: 11 dashboards, \d+ charts, \d+ datasets\n {2}left out: /);
    const checked = await runCommandLine(folder, 'export', 'superset', '--check', 'cli.zip');
    expect([checked.code, checked.out]).toEqual([0, 'cli.zip: no problems\n']);
  });
});
