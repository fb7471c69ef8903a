import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { type BundleFiles, checkSupersetBundle } from '../../src/exports/index.ts';
import { copyDemo, openDemo } from '../shared/workspaces.ts';
import { type ReadBundle, readBundle } from './read-bundle.ts';

const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'tenure-faults-'));
afterAll(() => fs.rmSync(folder, { recursive: true, force: true }));

// biome-ignore lint/suspicious/noExplicitAny: a fault breaks the form on purpose
type Loose = any;

/** One file of a bundle with something else in it. JSON is YAML. */
function change(file: string, edit: (value: Loose) => void): (files: Map<string, string>) => void {
  return (files) => {
    const value = parse(files.get(file) ?? '');
    edit(value);
    files.set(file, JSON.stringify(value));
  };
}

/** One file of a bundle with other text. */
function rewrite(file: string, edit: (text: string) => string): (files: Map<string, string>) => void {
  return (files) => files.set(file, edit(files.get(file) ?? ''));
}

const METADATA = 'tenure/metadata.yaml';
const DATABASE = 'tenure/databases/Tenure.yaml';
const CUSTOMERS = 'tenure/datasets/Tenure/metrics_customer_success.yaml';
const NUMBER = 'tenure/charts/executive-mrr.yaml';
const LINE = 'tenure/charts/executive-mrr_trend.yaml';
const TABLE = 'tenure/charts/sales-top_deals.yaml';
const BOARD = 'tenure/dashboards/executive.yaml';

function find(list: readonly Loose[], key: string, name: string): Loose {
  const found = list.find((one) => one[key] === name);
  if (found === undefined) throw new Error(`there is no ${name} to break`);
  return found;
}

/** What is broken, and the rule that has to say so. */
const FAULTS: readonly (readonly [string, string, (files: Map<string, string>) => unknown])[] = [
  ['no metadata', 'metadata', (files) => files.delete(METADATA)],
  ['a type in the metadata', 'no-type', change(METADATA, (value) => (value.type = 'Dashboard'))],
  ['another version', 'version', change(NUMBER, (value) => (value.version = '2.0.0'))],
  ['no version', 'version', change(CUSTOMERS, (value) => delete value.version)],
  ['a key that Superset does not know', 'schema', change(NUMBER, (value) => (value.colour = 'red'))],
  ['no title', 'schema', change(NUMBER, (value) => delete value.slice_name)],
  ['a title that is no text', 'schema', change(BOARD, (value) => (value.dashboard_title = 7))],
  ['a kind of chart there is no more', 'viz-type', change(NUMBER, (value) => (value.viz_type = 'line'))],
  ['two kinds in one chart', 'viz-type', change(NUMBER, (value) => (value.params.viz_type = 'pie'))],
  ['YAML that is none', 'yaml', rewrite(NUMBER, (text) => `${text}\n\tparams: [`)],
  ['a key twice', 'yaml', rewrite(NUMBER, (text) => `${text}\nversion: "1.0.0"`)],
  ['a bare yes', 'yaml-1.1', rewrite(NUMBER, (text) => text.replace('"MRR"', 'yes'))],
  ['a bare time', 'yaml-1.1', rewrite(NUMBER, (text) => text.replace('"MRR"', '1:30'))],
  ['a bare date', 'yaml-1.1', rewrite(NUMBER, (text) => text.replace('"MRR"', '2026-03-14'))],
  ['a bare equals sign', 'yaml-1.1', rewrite(NUMBER, (text) => text.replace('"MRR"', '='))],
  ['a file of another end', 'file-name', (files) => files.set('tenure/charts/one.json', '{}')],
  ['a file of another folder', 'file-name', (files) => files.set('tenure/pictures/one.yaml', '{}')],
  [
    'two files of one name',
    'file-unique',
    (files) => files.set(NUMBER.replace('mrr', 'MRR'), files.get(NUMBER) ?? ''),
  ],
  [
    'a UUID by chance',
    'uuid-v5',
    change(LINE, (value) => (value.uuid = '3fa85f64-5717-4562-b3fc-2c963f66afa6')),
  ],
  [
    'one UUID for two',
    'uuid-unique',
    (files) => change(NUMBER, (value) => (value.uuid = parse(files.get(LINE) ?? '').uuid))(files),
  ],
  [
    'a password',
    'credentials',
    change(DATABASE, (value) => (value.sqlalchemy_uri = 'postgresql://a:secret@db/x')),
  ],
  [
    'a password among the parameters',
    'credentials',
    change(DATABASE, (value) => (value.sqlalchemy_uri = 'postgresql://db/x?user=a&password=secret')),
  ],
  [
    'a dataset of another database',
    'database-reference',
    change(CUSTOMERS, (value) => (value.database_uuid = '00000000-0000-5000-8000-000000000000')),
  ],
  ['a column twice', 'column-unique', change(CUSTOMERS, ({ columns }) => columns.push(columns[0]))],
  ['a metric twice', 'metric-unique', change(CUSTOMERS, ({ metrics }) => metrics.push(metrics[0]))],
  [
    'a day that is no day',
    'time-column',
    change(CUSTOMERS, (value) => (value.main_dttm_col = 'customer_name')),
  ],
  [
    'days of a state added up',
    'sum-over-time',
    change(
      CUSTOMERS,
      ({ metrics }) => (find(metrics, 'metric_name', 'current_mrr').expression = 'sum(current_mrr)'),
    ),
  ],
  [
    'days of a part added up',
    'sum-over-time',
    change(
      CUSTOMERS,
      ({ metrics }) =>
        (find(metrics, 'metric_name', 'ticket_resolution_rate').expression =
          '1.0 * SUM("tickets_resolved_in_time_91d") / nullif(sum(tickets_due_91d), 0)'),
    ),
  ],
  [
    'days added up by the chart',
    'sum-over-time',
    change(
      NUMBER,
      ({ params }) =>
        (params.metric = {
          expressionType: 'SIMPLE',
          aggregate: 'SUM',
          column: { column_name: 'current_mrr' },
        }),
    ),
  ],
  [
    'a sub-query in a metric',
    'sub-query',
    change(
      CUSTOMERS,
      ({ metrics }) => (metrics[0].expression = '(select max(current_mrr) from entity.metrics_sales)'),
    ),
  ],
  [
    'a sub-query in a column',
    'sub-query',
    change(
      CUSTOMERS,
      ({ columns }) => (find(columns, 'column_name', 'Health Category').expression = '(SELECT 1)'),
    ),
  ],
  [
    'a chart of another dataset',
    'dataset-reference',
    change(NUMBER, (value) => (value.dataset_uuid = '00000000-0000-5000-8000-000000000000')),
  ],
  ['a metric there is not', 'metric-unknown', change(NUMBER, ({ params }) => (params.metric = 'mrr'))],
  [
    'a column there is not',
    'column-unknown',
    change(TABLE, ({ params }) => params.all_columns.push('colour')),
  ],
  [
    'an order by what is not there',
    'order-unknown',
    change(TABLE, ({ params }) => (params.order_by_cols = ['["size", true]'])),
  ],
  ['a chart of nothing', 'chart-empty', change(NUMBER, ({ params }) => delete params.metric)],
  [
    'a filter of what is not there',
    'filter-column',
    change(
      'tenure/charts/sales-bookings_quota.yaml',
      ({ params }) => (params.adhoc_filters[1].subject = 'seller'),
    ),
  ],
  ['no time range', 'time-filter', change(NUMBER, ({ params }) => params.adhoc_filters.shift())],
  [
    'a time range of text',
    'time-filter',
    change(NUMBER, ({ params }) => (params.adhoc_filters[0].subject = 'customer_name')),
  ],
  [
    'a sub-query in a filter',
    'sub-query',
    change(
      'tenure/charts/sales-reps.yaml',
      ({ params }) => (params.adhoc_filters[1].sqlExpression = 'owner_id in (select 1)'),
    ),
  ],
  [
    'a chart that is not there',
    'chart-reference',
    change(
      BOARD,
      ({ position }) => (position['CHART-mrr'].meta.uuid = '00000000-0000-5000-8000-000000000000'),
    ),
  ],
  [
    'one number for two charts',
    'layout-chart',
    change(BOARD, ({ position }) => (position['CHART-mrr'].meta.chartId += 1)),
  ],
  [
    'a chart without a number',
    'layout-chart',
    change(BOARD, ({ position }) => delete position['CHART-mrr'].meta.chartId),
  ],
  [
    'another form of layout',
    'layout-version',
    change(BOARD, ({ position }) => (position.DASHBOARD_VERSION_KEY = 'v1')),
  ],
  ['no grid', 'layout-root', change(BOARD, ({ position }) => delete position.GRID_ID)],
  [
    'a part under another name',
    'layout-id',
    change(BOARD, ({ position }) => (position['ROW-1'].id = 'ROW-9')),
  ],
  [
    'a child that is not there',
    'layout-children',
    change(BOARD, ({ position }) => position['ROW-1'].children.push('CHART-x')),
  ],
  [
    'a chart that hangs on nothing',
    'layout-orphan',
    change(BOARD, ({ position }) => position['ROW-1'].children.pop()),
  ],
  [
    'other parents',
    'layout-parents',
    change(BOARD, ({ position }) => (position['CHART-mrr'].parents[2] = 'ROW-2')),
  ],
  ['a row too wide', 'layout-width', change(BOARD, ({ position }) => (position['CHART-mrr'].meta.width = 4))],
  [
    'no filter of time',
    'native-time',
    change(BOARD, ({ metadata }) => metadata.native_filter_configuration.shift()),
  ],
  [
    'a filter that leaves out a chart there is not',
    'native-scope',
    change(BOARD, ({ metadata }) => metadata.native_filter_configuration[0].scope.excluded.push(999)),
  ],
  [
    'a filter of another dataset',
    'native-dataset',
    change(
      BOARD,
      ({ metadata }) =>
        (metadata.native_filter_configuration[1].targets[0].datasetUuid =
          '00000000-0000-5000-8000-000000000000'),
    ),
  ],
  [
    'a filter of a column there is not',
    'native-column',
    change(
      BOARD,
      ({ metadata }) => (metadata.native_filter_configuration[1].targets[0].column.name = 'colour'),
    ),
  ],
];

/** The part of a bundle that some dashboards need: the checker reads it faster. */
function keepDashboards({ files, charts }: ReadBundle, names: readonly string[]): BundleFiles {
  const isOf = (file: string) => names.some((name) => file === `${name}.yaml` || file.startsWith(`${name}-`));
  const datasets = [...charts].filter(([file]) => isOf(file)).map(([, chart]) => chart.dataset_uuid);
  return new Map(
    [...files].filter(([file, text]) => {
      const [, folder, ...rest] = file.split('/');
      if (folder === 'datasets') return datasets.includes(parse(text).uuid);
      return (folder !== 'charts' && folder !== 'dashboards') || isOf(rest.join('/'));
    }),
  );
}

/** What is found beside some faults: what they leave behind without a reference. */
const CONSEQUENCES = [
  'database-reference',
  'dataset-reference',
  'chart-reference',
  'native-dataset',
  'layout-orphan',
  'layout-children',
  'uuid-unique',
];

describe('the checker of bundles for Superset', () => {
  let good: BundleFiles;
  beforeAll(async () => {
    await copyDemo(folder);
    const { file } = await openDemo(folder).exportSuperset();
    good = keepDashboards(readBundle(file), ['executive', 'sales']);
  });

  it('finds nothing in a good one', () => {
    expect(checkSupersetBundle(good)).toEqual([]);
  });

  it('finds nothing in a good one that was read and written again', () => {
    const again = new Map([...good].map(([file, text]) => [file, JSON.stringify(parse(text))]));
    expect(checkSupersetBundle(again)).toEqual([]);
  });

  it.each(FAULTS)('finds %s', (_, rule, plant) => {
    const files = new Map(good);
    plant(files);
    const problems = checkSupersetBundle(files);
    expect(problems.map((problem) => problem.rule)).toContain(rule);
    // One fault, one finding, but for what it takes away from others.
    expect(
      problems.map((problem) => problem.rule).filter((one) => one !== rule && !CONSEQUENCES.includes(one)),
    ).toEqual([]);
  });

  it('lets the mask stand that Superset puts in the place of a password', () => {
    const files = new Map(good);
    change(DATABASE, (value) => (value.sqlalchemy_uri = 'postgresql://a:XXXXXXXXXX@db/x'))(files);
    expect(checkSupersetBundle(files)).toEqual([]);
  });
});
