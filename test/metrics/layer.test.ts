import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { PACKAGE_ROOT, type Tenure } from '../../src/app/index.ts';
import type { TenureError } from '../../src/base/index.ts';
import { type DuckdbEngine, openDuckdb, type Row } from '../../src/engines/index.ts';
import { isSummable } from '../../src/metrics/catalogue.ts';
import { readCatalogue, renderCheckQuery, runMetricQuery } from '../../src/metrics/index.ts';
import { copyDemo, DEMO_DAY, openDemo } from '../shared/workspaces.ts';
import { isSameNumber } from './same-number.ts';

/** `bench/checks.ts` asks for more, of a whole demo company. */
const PAIRS = 4;
const catalogue = readCatalogue(path.join(PACKAGE_ROOT, 'dbt', 'catalogue'));
const guide = path.join(PACKAGE_ROOT, '..', 'shared', 'seeds', '003_23fbd1b21853d461.txt');

/** A company of 150 customers with the shape of the demo, generated and built once for all tests. */
describe('the metrics layer on a generated company', () => {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'tenure-layer-'));
  let tenure: Tenure;
  let engine: DuckdbEngine;

  beforeAll(async () => {
    const { bad } = await copyDemo(folder);
    tenure = openDemo(folder);
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

  describe.each(catalogue.domains)('$domain', (domain) => {
    const metrics = catalogue.metrics.filter((metric) => metric.domain === domain);
    let pairs: readonly Row[] = [];

    beforeAll(async () => {
      // Half from anywhere in the history, half from as_of, the company among them.
      pairs = await engine.query(
        `select * exclude (place) from (
           select *, row_number() over (
             partition by is_latest order by ${domain.entity_id} <> 'all', md5(cast(${domain.entity_id} as varchar) || metric_date::varchar)
           ) as place
           from ${domain.table}
         ) where place <= ${PAIRS}`,
      );
    });

    it.each(metrics.map((metric) => [metric.name, metric] as const))(
      '%s is what its check query says',
      async (column, metric) => {
        expect(pairs.length).toBeGreaterThan(PAIRS);
        for (const pair of pairs) {
          const day = String(pair['metric_date']);
          const entityId = String(pair[domain.entity_id]);
          const { sql, parameters } = renderCheckQuery(catalogue, metric, { entityId, day });
          const [row] = await engine.query(sql, parameters);
          const checked = Object.values(row ?? {})[0] ?? null;
          const shown = pair[column] ?? null;
          expect(isSameNumber(shown, checked), `${entityId} ${day}: ${shown} is not ${checked}`).toBe(true);
        }
      },
    );

    it('is a table with every metric as a column', async () => {
      const columns = await engine.listColumns('entity', domain.table);
      expect(columns.map((column) => column.name)).toEqual(
        expect.arrayContaining(metrics.map((metric) => metric.name)),
      );
    });
  });

  it('has no metric that is always the same, or never known, without a reason', async () => {
    const reasons: Readonly<Record<string, string>> = {
      'customer_success.active_customers': 'a customer that has a row is one; they are summed up',
      'customer_success.nps_score':
        'none of so few customers gives five answers in 90 days; the company does',
      'marketing.pinterest_roi': 'no purchase of so small a company is credited to it: all spend is lost',
    };
    const missing = await engine.query(
      `select model_name || '.' || column_name as name from metric_availability
       where not is_available and reason <> '' and needs <> '' and how_to_get <> ''`,
    );
    const unavailable = missing.map((row) => String(row['name']));
    const unexplained: string[] = [];
    const unneeded: string[] = [];
    for (const domain of catalogue.domains) {
      const metrics = catalogue.metrics.filter((metric) => metric.domain === domain);
      const counts = metrics.map(({ name }) => `count(distinct ${name}) as ${name}`);
      const [row] = await engine.query(`select ${counts.join(', ')} from ${domain.table}`);
      for (const { name } of metrics) {
        const values = Number(row?.[name]);
        const isMissing = values === 0 && unavailable.includes(`${domain.table}.${name}`);
        const isExplained = isMissing || `${domain.domain}.${name}` in reasons;
        if (values < 2 && !isExplained) unexplained.push(`${domain.domain}.${name}: ${values} values`);
        if (values > 1 && isExplained) unneeded.push(`${domain.domain}.${name}`);
      }
    }
    expect({ unexplained, unneeded }).toEqual({ unexplained: [], unneeded: [] });
    const [company] = await engine.query(
      "select count(distinct metric_value) as n from metrics_api where metric_name = 'nps_score'",
    );
    expect(Number(company?.['n'])).toBeGreaterThan(1);
  });

  it('answers a question with the values of the tables, by segment and with receipts', async () => {
    const answer = await tenure.metrics.query({
      metrics: ['current_mrr', 'core_feature_adoption_rate'],
      dimensions: ['plan_tier'],
      time: { range: 'last 2 months', granularity: 'month' },
      compare: ['previous_period'],
    });
    const expected = await engine.query(
      `select plan_tier, sum(current_mrr)::double as mrr, sum(core_features_adopted) / sum(core_features_entitled) as rate
       from metrics_customer_success where is_latest group by 1 order by 1`,
    );
    const latest = answer.rows.filter((row) => row['period'] === '2026-03-01');
    expect(latest.map((row) => [row['plan_tier'], row['current_mrr']])).toEqual(
      expected.map((row) => [row['plan_tier'], row['mrr']]),
    );
    for (const [index, row] of latest.entries()) {
      expect(row['core_feature_adoption_rate']).toBeCloseTo(Number(expected[index]?.['rate']), 12);
      const before = Number(row['core_feature_adoption_rate__previous_period']);
      const points = 100 * (Number(row['core_feature_adoption_rate']) - before);
      expect(row['core_feature_adoption_rate__previous_period_change']).toBeCloseTo(points, 9);
      expect(row['core_feature_adoption_rate__previous_period_pct']).toBeNull();
    }
    expect(answer.range).toEqual({ from: '2026-02-01', to: '2026-03-15' });
    expect(answer.periods.map(({ isPartial }) => isPartial)).toEqual([false, true]);
    expect(answer.watermarks).toMatchObject({ 'raw.usage_events': DEMO_DAY, 'raw.customers': null });
    expect(answer.definitions.map(({ version }) => version).join()).toMatch(/^[0-9a-f]{12},[0-9a-f]{12}$/);
  });

  it('gives the company the same value from any table', async () => {
    const { rows } = await tenure.metrics.query({
      metrics: [
        'current_mrr',
        'customer_health_score',
        'win_rate',
        'product.daily_active_users',
        'bounce_rate',
      ],
    });
    const [overview] = await engine.query(
      `select
         max(case when metric_name = 'current_mrr' then metric_value end) as mrr,
         max(case when metric_name = 'customer_health_score' then metric_value end) as health,
         max(case when metric_name = 'win_rate' then metric_value end) as win_rate,
         max(case when metric_name = 'daily_active_users' and domain = 'product' then metric_value end) as dau,
         max(case when metric_name = 'bounce_rate' then metric_value end) as bounce
       from metrics_api where metric_date = '${DEMO_DAY}'`,
    );
    expect(Object.values(rows[0] ?? {}).slice(1)).toEqual(Object.values(overview ?? {}));
  });

  it('looks back from any day, as the day itself saw it', async () => {
    const { rows, asOf } = await tenure.metrics.query({
      metrics: ['current_mrr'],
      time: { asOf: '2025-06-30' },
    });
    const [row] = await engine.query(
      "select sum(mrr)::double as mrr from int_customer_days where metric_date = '2025-06-30'",
    );
    expect(asOf).toBe('2025-06-30');
    expect(rows).toEqual([{ period: '2025-06-30', current_mrr: row?.['mrr'] }]);
  });

  it('keeps a segment that is there before or now only', async () => {
    const { rows } = await tenure.metrics.query({
      metrics: ['active_customers'],
      dimensions: ['customer_id'],
      time: { range: { from: '2026-03-14', to: '2026-03-15' } },
      compare: ['previous_year'],
      limit: 10_000,
    });
    const gone = rows.filter((row) => row['active_customers'] === null);
    const fresh = rows.filter((row) => row['active_customers__previous_year'] === null);
    expect(gone.length).toBeGreaterThan(0);
    expect(fresh.length).toBeGreaterThan(0);
  });

  it.each([
    [{ metrics: ['current_mrr'], time: { aggregate: 'sum' as const } }, 'added up over days'],
    [{ metrics: ['mrr_growth'], dimensions: ['plan_tier'] }, 'does not make one figure'],
    [
      { metrics: ['daily_active_users'] },
      'write customer_success.daily_active_users or product.daily_active_users',
    ],
    [{ metrics: ['win_rate'], dimensions: ['platform'] }, 'has no dimension platform'],
    [{ metrics: ['product.daily_active_users'], dimensions: ['platform', 'plan_tier'] }, 'not kept by'],
    [{ metrics: ['mrrr'] }, 'There is no metric mrrr'],
    [{ metrics: [] }, 'metrics'],
  ])('refuses %j and says why', async (query, reason) => {
    await expect(tenure.metrics.query(query)).rejects.toThrow(reason);
  });

  it('looks up what a warehouse that cannot change holds once', async () => {
    const frozen = await engine.connect();
    const listed = vi.spyOn(frozen, 'listRelations');
    const question = { metrics: ['current_mrr'], time: { range: 'last 3 months', granularity: 'month' } };
    const first = await runMetricQuery(frozen, catalogue, question);
    const second = await runMetricQuery(frozen, catalogue, question);
    expect(second).toEqual(first);
    expect(listed).toHaveBeenCalledTimes(1);
    await frozen.close();
  });

  it('answers every metric for the company, or refuses it as none of the company', async () => {
    for (const metric of catalogue.metrics) {
      const name = `${metric.domain.domain}.${metric.name}`;
      const asked = runMetricQuery(engine, catalogue, { metrics: [name], time: { range: 'last 2 days' } });
      const outcome = await asked.then(
        () => 'answered',
        (error: TenureError) => error.code,
      );
      const isRefused = !isSummable(metric) && metric.domain.company_rows === undefined;
      expect([name, outcome]).toEqual([name, isRefused ? 'METRIC_QUERY_INVALID' : 'answered']);
    }
  });

  it('takes hostile values as values', async () => {
    const values = ["x') or true --", 'enterprise'];
    const { rows } = await tenure.metrics.query({
      metrics: ['current_mrr'],
      dimensions: ['plan_tier'],
      filters: [{ member: 'plan_tier', operator: 'equals', values }],
    });
    expect(rows.map((row) => row['plan_tier'])).toEqual(['enterprise']);
  });

  describe.skipIf(!fs.existsSync(guide))('the queries of the guide', () => {
    const queries = [
      ...fs
        .readFileSync(guide, 'utf8')
        .matchAll(/### \d\. [^\n]*\n```sql\n(SELECT[\s\S]*?|WITH[\s\S]*?)```/g),
    ].map((match) => (match[1] ?? '').trim());

    it('are four, and each returns rows as it stands there, CURRENT_DATE being the day of the build', async () => {
      expect(queries).toHaveLength(4);
      for (const sql of queries) {
        const rows: unknown[] = [];
        for await (const chunk of tenure.stream(sql)) rows.push(...chunk.rows);
        expect(rows.length).toBeGreaterThan(0);
        expect(rows).toHaveLength((await engine.query(sql)).length);
      }
    });

    it('show the ten customers of least health, as the ledger has them', async () => {
      const rows = await engine.query(queries[0] ?? '');
      const expected = await engine.query(
        `select customer_health_score from int_customer_health_days where metric_date = '${DEMO_DAY}' order by 1 limit 10`,
      );
      expect(rows.map((row) => row['customer_health_score'])).toEqual(
        expected.map((row) => row['customer_health_score']),
      );
    });

    it('count every entity once, and no invented ones', async () => {
      const rows = await engine.query(queries[1] ?? '');
      const [active] = await engine.query('select count(*) as n from int_customers where is_active');
      const mrr = rows.find((row) => row['metric_name'] === 'current_mrr');
      expect(mrr).toMatchObject({ domain: 'customer_success', entity_count: active?.['n'] });
      const [money] = await engine.query('select avg(mrr::double) as mrr from int_customers where is_active');
      expect(mrr?.['avg_value']).toBeCloseTo(Number(money?.['mrr']), 6);
      const product = rows.filter((row) => row['domain'] === 'product');
      expect(product.every((row) => row['entity_count'] === 1)).toBe(true);
    });

    it('give daily and monthly users as the events have them', async () => {
      const rows = await engine.query(queries[2] ?? '');
      expect(rows).toHaveLength(31);
      const [users] = await engine.query(
        `with seen as (
           select customer_id, user_id, cast(started_at as date) as day from stg_product_sessions
           where user_id is not null and platform <> 'api'
           union select customer_id, user_id, cast(timestamp as date) from stg_usage_events
           where user_id is not null and event_type <> 'api_call'
         )
         select
           count(distinct case when day = '${DEMO_DAY}' then customer_id || user_id end) as dau,
           count(distinct case when day > date '${DEMO_DAY}' - 30 then customer_id || user_id end) as mau
         from seen`,
      );
      const last = rows.at(-1);
      expect([last?.['dau'], last?.['mau']]).toEqual([users?.['dau'], users?.['mau']]);
      expect(last?.['stickiness']).toBeCloseTo(Number(users?.['dau']) / Number(users?.['mau']), 12);
    });

    it('sort every customer into one band, with all of the revenue', async () => {
      const rows = await engine.query(queries[3] ?? '');
      const [all] = await engine.query(
        'select count(*) as n, sum(mrr)::double as mrr from int_customers where is_active',
      );
      const total = (column: string) => rows.reduce((sum, row) => sum + Number(row[column]), 0);
      expect(total('customer_count')).toBe(all?.['n']);
      expect(total('total_mrr')).toBeCloseTo(Number(all?.['mrr']), 6);
    });
  });
});
