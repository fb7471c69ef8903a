import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { PACKAGE_ROOT } from '../../src/app/index.ts';
import { listMetricDimensions } from '../../src/app/metrics.ts';
import type { TenureError } from '../../src/base/index.ts';
import { type DashboardWorld, readDashboard } from '../../src/dashboards/index.ts';

const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'tenure-dashboards-'));
afterAll(() => fs.rmSync(folder, { recursive: true, force: true }));

/** The models of the dbt project, by their files; the marts of the metrics layer stand beside them. */
const models = fs
  .readdirSync(path.join(PACKAGE_ROOT, 'dbt', 'models'), { recursive: true, encoding: 'utf8' })
  .filter((file) => file.endsWith('.sql'))
  .map((file) => path.basename(file, '.sql'));
const world: DashboardWorld = { listDimensions: listMetricDimensions, models: new Set(models) };
const OWN = path.join(PACKAGE_ROOT, 'dashboards');

const GOOD = `name: renewals
title: Renewals
purpose: Who renews.
filters: [owner_name]
tiles:
  - name: rate
    title: Renewal rate
    chart: number
    ask: {metrics: [renewal_rate]}
  - name: deals
    title: Deals
    chart: table
    drill: /customers/{customer_id}
    model:
      name: top_deals
      columns: [{name: customer_id, label: Id, hidden: true}, {name: amount, label: Amount, unit: usd}]
`;

function read(text: string) {
  const file = path.join(folder, 'own.yml');
  fs.writeFileSync(file, text);
  return readDashboard(file, world);
}

describe('the dashboards of the package', () => {
  const files = fs.readdirSync(OWN).sort();
  it.each(files)('%s names what is there, and is laid out as the rules say', (file) => {
    const { name, tiles } = readDashboard(path.join(OWN, file), world);
    expect(`${name}.yml`).toBe(file);
    expect(tiles.length).toBeLessThanOrEqual(9);
    // The first screen: four numbers and something over the whole width.
    expect(tiles.slice(0, 4).map(({ chart }) => chart)).toEqual(['number', 'number', 'number', 'number']);
    expect([12, undefined]).toContain(tiles[4]?.span);
  });

  it('have every chart that the templates of the metrics guide name', () => {
    const charts = (file: string) =>
      readDashboard(path.join(OWN, `${file}.yml`), world).tiles.map(({ name, chart }) => `${chart} ${name}`);
    expect(charts('executive')).toEqual(
      expect.arrayContaining([
        'number mrr',
        'number active_customers',
        'number health',
        'line mrr_trend',
        'line stickiness',
        'heat_map health_by_segment',
        'gauge pipeline_coverage',
        'gauge win_rate',
      ]),
    );
    expect(charts('customer-success')).toEqual(
      expect.arrayContaining([
        'table at_risk',
        'bar health_distribution',
        'line support',
        'scatter health_engagement',
      ]),
    );
    expect(charts('sales')).toEqual(
      expect.arrayContaining(['funnel pipeline', 'bar reps', 'line bookings_quota', 'table top_deals']),
    );
    expect(charts('product')).toEqual(
      expect.arrayContaining(['line active_users', 'pie segments', 'heat_map adoption', 'bar platforms']),
    );
  });
});

describe('a dashboard of one’s own', () => {
  it('is read with what it leaves out', () => {
    const { range, tiles } = read(GOOD);
    expect([range, tiles[0]?.ask?.limit, tiles[1]?.model?.columns[1]?.good_direction]).toEqual([
      '90d',
      500,
      'none',
    ]);
  });

  it.each([
    ['a metric that is not there', 'renewal_rate]', 'renewal_rat]', 9, 'there is no such metric'],
    [
      'a dimension it does not have',
      'metrics: [renewal_rate]',
      'metrics: [renewal_rate], by: [industry]',
      9,
      'renewal_rate has no dimension industry',
    ],
    ['a model that is not there', 'name: top_deals', 'name: top_deal', 15, 'there is no such model'],
    ['a link to a column that is not there', '{customer_id}', '{customer}', 13, 'no column customer'],
    ['a setting that is not there', 'drill:', 'dril:', 13, 'there is no such setting'],
    ['a chart that is not there', 'chart: table', 'chart: tables', 12, 'Invalid option'],
    ['two tiles of one name', 'name: deals', 'name: rate', 10, 'there is a tile of that name already'],
    [
      'a tile without a source',
      '    ask: {metrics: [renewal_rate]}\n',
      '',
      6,
      'has exactly one of ask, model and survival',
    ],
  ])('names file, line and fix of %s', (...fault) => {
    const [, from, to, line, problem] = fault;
    let failure: TenureError | undefined;
    try {
      read(GOOD.replace(from, to));
    } catch (error) {
      failure = error as TenureError;
    }
    expect(failure?.code).toBe('DEFINITION_INVALID');
    expect(failure?.message).toContain(`own.yml:${line}:`);
    expect(failure?.message).toContain(problem);
    expect(failure?.fix).not.toBe('');
  });
});
