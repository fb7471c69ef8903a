import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import type { DbtMetricsReport, Tenure } from '../../src/app/index.ts';
import { type Engine, openDuckdb } from '../../src/engines/index.ts';
import { checkDbtMetrics } from '../../src/exports/index.ts';
import { runCommandLine } from '../cli/run-command-line.ts';
import { copyDemo, openDemo } from '../shared/workspaces.ts';

const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'tenure-dbt-metrics-'));
afterAll(() => fs.rmSync(folder, { recursive: true, force: true }));

// biome-ignore lint/suspicious/noExplicitAny: a fault breaks the form on purpose
type Loose = any;

const SALES = 'semantic_sales.yml';

/** What is broken in the file of sales, and the rule that has to say so. */
const FAULTS: readonly (readonly [string, string, (value: Loose) => unknown])[] = [
  ['a key there is not', 'schema', (value) => (value.semantic_models[0].colour = 'red')],
  ['a name with two underscores', 'schema', (value) => (value.metrics[0].name = 'win__rate')],
  ['a model without ref', 'schema', (value) => (value.semantic_models[0].model = 'metrics_sales')],
  ['an aggregation there is not', 'schema', (value) => (value.semantic_models[0].measures[0].agg = 'last')],
  ['a measure twice', 'unique', ({ semantic_models: [model] }) => model.measures.push(model.measures[0])],
  ['a metric twice', 'unique', ({ metrics }) => (metrics[1].name = metrics[0].name)],
  ['a label twice', 'unique', ({ metrics }) => (metrics[1].label = metrics[0].label)],
  [
    'an entity that is a dimension',
    'element-kind',
    ({ semantic_models: [model] }) => (model.entities[0].name = 'plan_tier'),
  ],
  ['a measure there is not', 'measure-unknown', ({ metrics }) => (metrics[0].type_params.measure = 'size')],
  [
    'a part there is not',
    'metric-unknown',
    ({ metrics }) => (metrics.find(({ type }: Loose) => type === 'ratio').type_params.numerator = 'size'),
  ],
  [
    'a metric of itself',
    'metric-cycle',
    ({ metrics }) => {
      const ratio = metrics.find(({ type }: Loose) => type === 'ratio');
      ratio.type_params.numerator = ratio.name;
    },
  ],
  [
    'an alias that is the name',
    'alias',
    ({ metrics }) => {
      const [input] = metrics.find(({ name }: Loose) => name === 'pipeline_coverage_ratio').type_params
        .metrics;
      input.alias = input.name;
    },
  ],
  [
    'an input that is not used',
    'alias',
    ({ metrics }) =>
      metrics
        .find(({ name }: Loose) => name === 'pipeline_coverage_ratio')
        .type_params.metrics.push({ name: 'open_opportunities' }),
  ],
  [
    'another day',
    'time-dimension',
    ({ semantic_models: [model] }) => (model.measures[0].non_additive_dimension.name = 'owner_name'),
  ],
  [
    'another time axis',
    'time-dimension',
    ({ semantic_models: [model] }) => (model.defaults.agg_time_dimension = 'owner_name'),
  ],
];

interface ReadMeasure {
  readonly select: string;
  readonly table: string;
  readonly day: string;
}

/** The files as MetricFlow would read them: each measure over the rows of the last day, each metric by its name. */
function readFiles(files: ReadonlyMap<string, string>) {
  const read: Loose[] = [...files].flatMap(([name, text]) =>
    name.startsWith('semantic_') ? [parse(text)] : [],
  );
  const measures = new Map<string, ReadMeasure>();
  for (const { model, measures: list, defaults } of read.flatMap((file) => file.semantic_models))
    for (const { name, agg, expr } of list)
      measures.set(name, {
        select: `${agg === 'average' ? 'avg' : agg}(${expr})`,
        table: /'(.*)'/.exec(model)?.[1] ?? '',
        day: defaults.agg_time_dimension,
      });
  return {
    measures,
    metrics: new Map<string, Loose>(
      read.flatMap((file) => file.metrics.map((one: Loose) => [one.name, one])),
    ),
  };
}

describe('the metrics in the words of dbt', () => {
  let tenure: Tenure;
  let report: DbtMetricsReport;
  let files: ReadonlyMap<string, string>;
  let engine: Engine;
  let semantics: ReturnType<typeof readFiles>;
  beforeAll(async () => {
    await copyDemo(folder);
    tenure = openDemo(folder);
    report = await tenure.exportDbtMetrics();
    files = new Map(
      report.files.map((name) => [name, fs.readFileSync(path.join(report.folder, name), 'utf8')]),
    );
    semantics = readFiles(files);
    const warehouse = path.join(folder, 'warehouse.duckdb');
    engine = await openDuckdb({ path: warehouse, isReadOnly: true, searchPath: ['entity'] });
  });
  afterAll(() => engine?.close());

  it('has nothing its checker finds', () => {
    expect(checkDbtMetrics(files)).toEqual([]);
  });

  it.each(FAULTS)('of which the checker finds %s', (_, rule, plant) => {
    const value = parse(files.get(SALES) ?? '');
    plant(value);
    const problems = checkDbtMetrics(new Map([...files, [SALES, JSON.stringify(value)]]));
    expect(problems.map((problem) => problem.rule)).toContain(rule);
  });

  /** A metric as one expression over measures, which stand in it as scalar sub-queries. */
  function renderMetric(name: string, group: string): string {
    const { type, type_params: params } = semantics.metrics.get(name);
    if (type === 'simple') {
      const measure = semantics.measures.get(params.measure);
      const last = `(select max(${measure?.day}) from ${measure?.table})`;
      return `cast((select ${measure?.select} from ${measure?.table} where ${measure?.day} = ${last} and ${group}) as double)`;
    }
    if (type === 'ratio')
      return `(${renderMetric(params.numerator, group)} / nullif(${renderMetric(params.denominator, group)}, 0))`;
    const inputs = params.metrics.map(
      (input: Loose) => `${renderMetric(input.name, group)} as ${input.alias ?? input.name}`,
    );
    return `(select ${params.expr} from (select ${inputs.join(', ')}))`;
  }

  async function ask(name: string, group = 'true'): Promise<number | null> {
    const [row] = await engine.query(`select ${renderMetric(name, group)} as value`);
    const value = row?.['value'];
    return value === null || value === undefined ? null : Number(value);
  }

  it('says of the company what the metrics layer says', async () => {
    const left = new Set(report.leftOut.map(({ metric }) => metric));
    const names = tenure.metrics.list().map(({ metric }) => metric);
    const asked = tenure.metrics
      .list()
      .filter(({ metric, hasCompanyFigure }) => hasCompanyFigure && !left.has(metric));
    const { rows } = await tenure.metrics.query({
      metrics: asked.map(({ domain, metric }) => `${domain}.${metric}`),
    });
    expect(asked.length).toBeGreaterThan(90);
    for (const { domain, metric } of asked) {
      const name = names.indexOf(metric) === names.lastIndexOf(metric) ? metric : `${domain}_${metric}`;
      const [value, expected] = [await ask(name), rows[0]?.[`${domain}.${metric}`] ?? null];
      if (expected === null) expect(value, name).toBeNull();
      else expect(value, name).toBeCloseTo(Number(expected), 4);
    }
  });

  it('says of an owner what the metrics layer says', async () => {
    const metrics = ['win_rate', 'total_pipeline_value', 'quota_attainment_pct'];
    const { rows } = await tenure.metrics.query({ metrics, dimensions: ['owner_id'] });
    expect(rows.length).toBeGreaterThan(2);
    for (const row of rows.slice(0, 4))
      for (const metric of metrics) {
        const value = await ask(`${metric}_by_owner`, `owner_id = '${row['owner_id']}'`);
        if (row[metric] === null) expect(value).toBeNull();
        else expect(value).toBeCloseTo(Number(row[metric]), 4);
      }
  });

  it('names why a metric is not there', () => {
    expect(report.leftOut).toContainEqual({
      metric: 'mrr_growth',
      reason: 'several customers do not make one figure of it',
    });
  });

  it('has a model of the days there are', async () => {
    const sql = (files.get('tenure_time_spine.sql') ?? '')
      .replace(/\{\{ config.*\}\}/, '')
      .replace(/\{\{ ref\('(\w+)'\) \}\}/, '$1');
    expect((await engine.query(`select count(*) as days from (${sql})`))[0]?.['days']).toBe(400);
    expect(parse(files.get('tenure_time_spine.yml') ?? '').models[0].time_spine).toEqual({
      standard_granularity_column: 'date_day',
    });
  });

  it('leaves the project as it was, and is written by a command', async () => {
    const written = await runCommandLine(folder, 'export', 'dbt-metrics', '--out', 'for-dbt');
    expect([written.code, written.notes]).toEqual([0, '']);
    expect(written.out).toContain('for-dbt: 6 files, 4 semantic models, ');
    expect(fs.readdirSync(path.join(folder, 'for-dbt')).sort()).toEqual([...report.files].sort());
    expect(tenure.compile('customer_lifetime_value').sql).toContain('user_id');
    const refused = await runCommandLine(folder, 'export', 'dbt-metrics', '--check', 'for-dbt');
    expect(refused.code).toBe(2);
  });
});
