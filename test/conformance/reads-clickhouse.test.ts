import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { fetchRawCounts } from '../../src/app/doctor-store.ts';
import type { PublishReport, RecordedFiring, Tenure } from '../../src/app/index.ts';
import { quoteLiteral } from '../../src/base/index.ts';
import { fetchCustomerFile } from '../../src/customers/index.ts';
import { type Engine, openDuckdb, openPostgres } from '../../src/engines/index.ts';
import { createScoringTables, DEFAULT_LIFTS, scoreWarehouse } from '../../src/scoring/index.ts';
import { writeChangedHealth } from '../shared/changed-health.ts';
import { DEMO_DAY } from '../shared/workspaces.ts';
import { CHDB_MISSING, hasChdb } from './chdb.ts';
import { findDifferences, openReadDemo, type ReadDemo } from './chdb-warehouse.ts';
import { listDifferences } from './copied-warehouse.ts';
import { listPostgresBinaries, startPostgres } from './postgres-server.ts';

/** A rule of every kind, each of which fires in a year of the demo company. */
const RULES = `alerts:
  - {name: low_health, metric: customer_health_score, for: customer, days: 2 of 4, cool_down_days: 5, when: {threshold: {operator: <, value: 55}}}
  - {name: of_a_plan, metric: customer_health_score, for: customer, filters: {plan_tier: [growth]}, when: {threshold: {operator: <, value: 65}}}
  - {name: users_down, metric: product.daily_active_users, for: company, cool_down_days: 3, when: {change: {against: previous_week, operator: <=, value: -10, unit: percent}}}
  - {name: mrr_on_the_year, metric: current_mrr, for: company, cool_down_days: 20, when: {change: {against: previous_year, operator: <, value: 90, unit: percent}}}
  - {name: adoption_on_the_month, metric: core_feature_adoption_rate, for: plan_tier, when: {change: {against: previous_month, operator: <, value: -1, unit: points}}}
  - {name: deals_in_days, metric: win_rate, for: owner, when: {change: {against: 10 days, operator: '>', value: 0.01, unit: absolute}}}
  - {name: out_of_band, metric: customer_success.daily_active_users, for: customer, days: 2 of 3, when: {out_of_band: {weeks: 8, z: 2.5, direction: below}}}
  - {name: becomes, metric: health_band, for: customer, when: {becomes: [Critical, At Risk]}, cool_down_days: 10}
  - {name: below_plan, metric: current_mrr, for: company, cool_down_days: 30, when: {against_target: {operator: <, percent: 90}}}
  - {name: no_login, sql_model: int_login_gap_days, label: Time without a login, unit: days, for: customer, cool_down_days: 30, when: {threshold: {operator: '>=', value: 5}}}
`;

async function findMilestone(tenure: Tenure): Promise<string> {
  const [milestone] = await tenure.milestones.list({ limit: 1 });
  return String(milestone?.['id']);
}

/** What people and programs ask of a warehouse, beside metrics. */
const ASKS: Readonly<Record<string, (tenure: Tenure) => Promise<unknown>>> = {
  survival: (tenure) => tenure.survival({ by: 'plan_tier', cox: true }),
  'the forecast': (tenure) => tenure.forecast(),
  'a page of the funnel': (tenure) => tenure.funnel({ limit: 50, orderBy: 'channel' }),
  'a page of lifetime values': (tenure) =>
    tenure.lifetimeValues({ limit: 20, offset: 5, orderBy: 'total_revenue', direction: 'desc' }),
  'the values of filters': (tenure) => tenure.customers.filters(),
  owners: (tenure) => tenure.customers.owners(),
  'customers as CSV': (tenure) => tenure.customers.export(),
  'customers by a part of the name and two filters': (tenure) =>
    tenure.customers.list({
      q: 'A',
      filters: { health_band: ['Stable', 'At Risk'], plan_tier: ['growth', 'starter'] },
    }),
  'the sources': (tenure) => tenure.listSources(),
  'the marts': (tenure) => tenure.listMarts(),
  'the day of the warehouse': async (tenure) => (await tenure.status()).asOf,
  'how old the sources are': (tenure) => tenure.checkFreshness(),
  models: (tenure) => tenure.scores.list(),
  'a card': (tenure) => tenure.scores.card('churn'),
  'what came of scores': (tenure) => tenure.scores.realised('expansion'),
  'the drift of churn': (tenure) => tenure.scores.drift('churn'),
  'the drift of expansion': (tenure) => tenure.scores.drift('expansion'),
  'candidates for case studies': (tenure) => tenure.celebrations.candidates(),
  'the report of celebrations': (tenure) => tenure.celebrations.report(),
  'how a milestone can be celebrated': async (tenure) =>
    tenure.celebrations.show(await findMilestone(tenure)),
  'an e-mail to a customer': async (tenure) =>
    tenure.celebrations.draft({ milestoneId: await findMilestone(tenure), by: 'maria', kind: 'email' }),
  'what a metric asks': async (tenure) => {
    const { sql: _, ...compiled } = await tenure.metrics.compile({
      metrics: ['win_rate'],
      compare: ['previous_year'],
    });
    return compiled;
  },
  'tests of a model': async (tenure) =>
    (await tenure.test({ select: ['customer_lifetime_value', 'metrics_sales'] })).results
      .map(({ name, status, failures }) => [name, status, failures])
      .sort(),
  'the columns of the documentation': async (tenure) => {
    const { catalog } = await tenure.writeDocs();
    const { nodes } = JSON.parse(fs.readFileSync(catalog, 'utf8'));
    return Object.entries(nodes as Record<string, { columns: object }>).map(([id, node]) => [
      id,
      Object.keys(node.columns),
    ]);
  },
  'what the doctor says of the warehouse': async (tenure) =>
    (await tenure.doctor()).findings
      .find(({ check }) => check === 'Warehouse')
      ?.detail.replace(/^built \S+|; data was loaded since/g, ''),
};

/** Published tables with columns of every kind: JSON, moments, days, amounts, shares. */
const PUBLISHED = [
  'predictions',
  'customer_lifetime_value',
  'customer_next_actions',
  'metrics_sales',
  'customer_survival',
];

/** Files that a query is written to, read back; columns of every kind. */
const EXPORTS = {
  marts: 'select * from marts.customer_lifetime_value order by user_id',
  ledger:
    'select customer_id, metric_date, mrr, is_active, plan_tier, events from int_customer_days order by 1, 2 limit 500',
  moments: 'select * from stg_support_tickets order by ticket_id',
} as const;

describe.skipIf(!hasChdb)(`what reads a warehouse on ClickHouse (${CHDB_MISSING})`, () => {
  const root = fs.mkdtempSync(path.join(os.tmpdir(), 'tenure-reads-'));
  let demo: ReadDemo;

  beforeAll(async () => {
    demo = await openReadDemo();
    for (const { workspace } of [demo.here, demo.there])
      fs.writeFileSync(path.join(workspace.root, 'targets.yml'), 'current_mrr: 400000\n');
  });
  afterAll(async () => {
    await demo?.close();
    fs.rmSync(root, { recursive: true });
  });

  const compare = async (ask: (tenure: Tenure) => Promise<unknown>): Promise<readonly string[]> =>
    findDifferences(await ask(demo.here), await ask(demo.there));

  it.each(Object.entries(ASKS))('says the same: %s', async (_name, ask) => {
    expect(await compare(ask)).toEqual([]);
  });

  it('counts what is loaded', async () => {
    expect(await fetchRawCounts(demo.clickhouse)).toEqual(await fetchRawCounts(demo.duckdb));
  });

  it('judges a rule of every kind, day by day', async () => {
    const preview = async (tenure: Tenure) => {
      const rules = await tenure.alerts.preview({ file: { name: 'alerts.yml', text: RULES } });
      return rules.map(({ rule, waits, firings }) => ({
        rule,
        waits,
        // The text of the statement is the engine's own.
        firings: firings.map(({ receipt, ...firing }) => ({ ...firing, watermarks: receipt.watermarks })),
      }));
    };
    const [here, there] = [await preview(demo.here), await preview(demo.there)];
    expect(findDifferences(here, there)).toEqual([]);
    expect(here.filter(({ waits, firings }) => waits === null && firings.length === 0)).toEqual([]);
  });

  it('records what fired, the state beside it', async () => {
    const strip = ({ id: _, receipt: __, ...firing }: RecordedFiring) => firing;
    const run = async ({ alerts }: Tenure) => {
      const { told, ...report } = await alerts.run();
      return { ...report, told: told.map(strip), all: (await alerts.list({ limit: 1000 })).map(strip) };
    };
    expect(await compare(run)).toEqual([]);
  });

  it.each(['name', 'mrr', 'health', 'churn', 'mrr_at_risk'] as const)(
    'lists customers page by page, by %s',
    async (order) => {
      for (const isDescending of [true, false])
        for (const offset of [0, 60])
          expect(
            await compare(({ customers }) =>
              customers.list({ order, isDescending, hasEnded: true, limit: 60, offset }),
            ),
          ).toEqual([]);
    },
  );

  it('shows every page of a customer', async () => {
    const { rows } = await demo.here.customers.list({ limit: 20, hasEnded: true, order: 'name' });
    for (const { customerId } of rows) {
      const [here, there] = [demo.duckdb, demo.clickhouse].map((one) => fetchCustomerFile(one, customerId));
      expect(findDifferences(await here, await there)).toEqual([]);
    }
  });

  it('shows every dashboard, filtered and of a day before too', async () => {
    const state = { range: '90d', compare: 'previous_range', asOf: null, filters: {} } as const;
    const filtered = {
      ...state,
      range: '12m',
      asOf: '2026-02-10',
      filters: { plan_tier: ['growth'] },
    } as const;
    for (const { name } of await demo.here.dashboards.list())
      for (const page of [state, filtered]) {
        const show = async ({ dashboards }: Tenure) => {
          const { tiles, choices, lastDay } = await dashboards.show(name, page);
          const shown = tiles.map(({ rows, missing, warnings, survival, targets }) => ({
            ...{ rows, missing, warnings, survival, targets },
          }));
          return [shown, choices, lastDay];
        };
        expect([name, await compare(show)]).toEqual([name, []]);
      }
  });

  it('explains scores and looks features up', async () => {
    const { rows } = await demo.here.customers.list({ limit: 5, order: 'churn' });
    for (const { customerId } of rows)
      for (const model of ['churn', 'expansion']) {
        expect(await compare(({ scores }) => scores.explain(model, customerId))).toEqual([]);
        expect(await compare(({ scores }) => scores.fetchFeatures(model, customerId))).toEqual([]);
      }
  });

  it('trains a model on a table', async () => {
    const training = {
      table: 'int_training_snapshots',
      label: 'churned_in_90d',
      group: 'customer_id',
      day: 'metric_date',
      without: ['expanded_in_90d'],
    };
    expect(await compare(({ scores }) => scores.train(training))).toEqual([]);
  });

  it('trains and scores in a warehouse under construction what a build on DuckDB did', async () => {
    const { construction, prefix } = demo;
    const place = (schema: string, name: string): string => `"${prefix}${schema}"."${name}"`;
    const request = {
      relations: {
        predictors: place('intermediate', 'int_customer_predictor_days'),
        snapshots: place('intermediate', 'int_training_snapshots'),
        restated: place('intermediate', 'int_restated_customers'),
        usage: place('marts', 'customer_usage_decay'),
      },
      asOf: DEMO_DAY,
      lifts: DEFAULT_LIFTS,
    };
    const read = async (engine: Engine, schema: string) => {
      const from = (name: string, order: string) =>
        engine.query(`select * from ${schema}.${name} order by ${order}`);
      return {
        models: await from('models', 'model, usable_from'),
        scores: await from('scores', 'model, customer_id, metric_date'),
        reasons: await from('reasons', 'model, customer_id, metric_date, place'),
      };
    };
    const expected = await read(demo.duckdb, 'scoring');
    await createScoringTables(construction);
    await scoreWarehouse(construction, { ...request, continuesFrom: null });
    expect(findDifferences(expected, await read(construction, 'tenure_8_scoring'))).toEqual([]);
    await construction.execute(`delete from tenure_8_scoring.scores where metric_date > '2026-03-01'`);
    const { outcomes } = await scoreWarehouse(construction, { ...request, continuesFrom: '2026-03-01' });
    expect(outcomes.map(({ trained }) => trained)).toEqual([0, 0]);
    const { scores, reasons } = await read(construction, 'tenure_8_scoring');
    const { models: _, ...others } = expected;
    expect(findDifferences(others, { scores, reasons })).toEqual([]);
  });

  it('sees its own warehouse in information_schema, and none beside it', async () => {
    await demo.construction.execute('create database if not exists tenure_8_marts');
    await demo.construction.execute(
      'create table if not exists tenure_8_marts.beside (value Int32) order by tuple()',
    );
    const sql = `select table_schema, count(*) as n from information_schema.tables
      where table_schema not in ('information_schema', 'pg_catalog') group by 1 order by 1`;
    expect(await demo.clickhouse.query(sql)).toEqual(await demo.duckdb.query(sql));
  });

  it('replays a changed health definition', async () => {
    const change = writeChangedHealth(root);
    expect(await compare(({ metrics }) => metrics.replay({ change }))).toEqual([]);
  });

  it.each(Object.keys(EXPORTS) as readonly (keyof typeof EXPORTS)[])(
    'writes the same files of a query: %s',
    async (name) => {
      for (const format of ['csv', 'json', 'arrow', 'parquet'] as const) {
        const write = async (tenure: Tenure) => {
          const file = path.join(root, `${name}.${format}`);
          const count = await tenure.writeQuery({ sql: EXPORTS[name], format, file });
          return { count, bytes: fs.readFileSync(file).toString('base64') };
        };
        expect([format, await compare(write)]).toEqual([format, []]);
      }
    },
  );

  it('exports the same charts and metrics', async () => {
    const read = async (tenure: Tenure) => {
      const { file: _, ...superset } = await tenure.exportSuperset();
      const { folder: __, ...metrics } = await tenure.exportDbtMetrics();
      return { superset, metrics };
    };
    expect(await compare(read)).toEqual([]);
  });

  it('publishes the same Parquet files', async () => {
    const folders = { here: path.join(root, 'parquet-here'), there: path.join(root, 'parquet-there') };
    const here = await demo.here.publish({ to: 'parquet', path: folders.here });
    const there = await demo.there.publish({ to: 'parquet', path: folders.there });
    const manifests = [here, there].map(({ place }) =>
      JSON.parse(fs.readFileSync(path.join(place, 'manifest.json'), 'utf8')),
    );
    expect(findDifferences(manifests[0], manifests[1])).toEqual([]);
    expect(here.tables.length).toBeGreaterThan(30);
    const reader = await openDuckdb({ path: ':memory:' });
    for (const { schema, name } of here.tables) {
      const [one, other] = [here, there].map(({ place }) =>
        quoteLiteral(path.join(place, schema, `${name}.parquet`)),
      );
      const [row] = await reader.query(
        `select count(*) as n from ((from ${one} except all from ${other}) union all (from ${other} except all from ${one}))`,
      );
      expect([name, row?.['n']]).toEqual([name, 0]);
    }
    await reader.close();
  });

  it('publishes the same DuckDB file', async () => {
    const files = [path.join(root, 'here.duckdb'), path.join(root, 'there.duckdb')];
    const reports = [demo.here, demo.there].map((tenure, place) =>
      tenure.publish({ to: 'duckdb', path: files[place], select: PUBLISHED }),
    );
    const [{ tables }] = (await Promise.all(reports)) as [PublishReport, PublishReport];
    const [here, there] = (await Promise.all(
      files.map((file) => openDuckdb({ path: file, isReadOnly: true })),
    )) as readonly Engine[] as [Engine, Engine];
    expect(tables.length).toBe(PUBLISHED.length);
    for (const { schema, name } of tables) {
      expect(await there.listColumns(schema, name)).toEqual(await here.listColumns(schema, name));
      expect(await listDifferences(here, there, { schema, name })).toEqual([]);
    }
    await Promise.all([here.close(), there.close()]);
  });

  it.skipIf(listPostgresBinaries() === null)(
    'publishes the same tables to PostgreSQL (install the package postgresql to run this)',
    async () => {
      const server = startPostgres(listPostgresBinaries() ?? '');
      const urls = ['here', 'there'].map((name) =>
        server.connectionString.replace('/postgres?', `/${name}?`),
      );
      const first = await openPostgres({ connectionString: server.connectionString });
      await first.execute('create database here');
      await first.execute('create database there');
      await first.close();
      const reports: PublishReport[] = [];
      for (const [place, tenure] of [demo.here, demo.there].entries()) {
        const urlFile = path.join(root, `url-${place}`);
        fs.writeFileSync(urlFile, urls[place] ?? '');
        reports.push(await tenure.publish({ to: 'postgres', urlFile, select: PUBLISHED }));
      }
      const [here, there] = (await Promise.all(
        urls.map((url) => openPostgres({ connectionString: url })),
      )) as readonly Engine[] as [Engine, Engine];
      expect(reports[1]?.tables.map(({ name, rows }) => [name, rows])).toEqual(
        reports[0]?.tables.map(({ name, rows }) => [name, rows]),
      );
      for (const { schema, name } of reports[0]?.tables ?? []) {
        expect(await there.listColumns(schema, name)).toEqual(await here.listColumns(schema, name));
        expect(await listDifferences(here, there, { schema, name })).toEqual([]);
      }
      await Promise.all([here.close(), there.close()]);
      server.stop();
    },
  );
});
