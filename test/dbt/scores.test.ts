import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openTenure, writeWorkspace } from '../../src/app/index.ts';
import { buildFixedClock } from '../../src/base/index.ts';
import type { Engine } from '../../src/engines/index.ts';
import { openModels, openRawCopy, runModels } from './models-in-memory.ts';

const [EARLIER, AS_OF] = ['2026-03-01', '2026-03-14'];
/** Short, so that days leave the history between the two builds, a month-end among them. */
const vars = { company_history_days: 35, entity_history_days: 20 };
const SELECT = [
  '+metrics_customer_success',
  '+int_training_snapshots',
  '+metric_availability',
  '+churn_expansion_quadrant',
  '+int_company_customer_success',
];
/** Tables whose rows stay from one build to the next. */
const KEPT = ['intermediate.int_customer_predictor_days', 'intermediate.int_customer_success_days'];

describe('what the models say of a customer, in the metrics and marts', () => {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'tenure-'));
  let engine: Engine;

  beforeAll(async () => {
    writeWorkspace(folder);
    const tenure = openTenure({ folder, clock: buildFixedClock('2026-03-14T20:00:00Z') });
    await tenure.generate({ preset: 'demo', customers: 30, seed: 4, asOf: AS_OF });
    engine = await openRawCopy(path.join(folder, 'raw.duckdb'));
    await engine.execute('create schema if not exists loads');
    await engine.execute(
      'create table loads.changed_days (table_name varchar, customer_id varchar, first_date date)',
    );
    await runModels(engine, openModels({ asOf: EARLIER, vars }), SELECT);
    const continued = openModels({ asOf: AS_OF, vars: { ...vars, continues_from: EARLIER } });
    await runModels(engine, continued, SELECT);
    await engine.execute('create schema kept');
    for (const name of KEPT) await engine.execute(`create table kept.${name.split('.')[1]} as from ${name}`);
    for (const name of KEPT) await engine.execute(`drop table ${name} cascade`);
    await runModels(engine, openModels({ asOf: AS_OF, vars }), SELECT);
  });
  afterAll(async () => {
    await engine?.close();
    fs.rmSync(folder, { recursive: true, force: true });
  });

  async function fetchCount(sql: string): Promise<number> {
    const [row] = await engine.query(sql);
    return Number(Object.values(row ?? {})[0]);
  }

  it.each(KEPT)('%s is the same whether its days were built at once or one after the other', async (name) => {
    const kept = `kept.${name.split('.')[1]}`;
    const flags = name.endsWith('success_days') ? 'exclude (is_latest, is_partial)' : '';
    const differing =
      await fetchCount(`select (select count(*) from (select * ${flags} from ${kept} except all select * ${flags} from ${name}))
        + (select count(*) from (select * ${flags} from ${name} except all select * ${flags} from ${kept}))`);
    expect(differing).toBe(0);
    expect(await fetchCount(`select count(*) from ${name}`)).toBeGreaterThan(500);
  });

  it('are scores of the day itself, of the days of the history and of month-ends before them', async () => {
    const days = await engine.query(
      `select max(metric_date) filter (metric_date <= date '${AS_OF}' - 35)::varchar as before,
         count(distinct metric_date) filter (metric_date > date '${AS_OF}' - 35)::integer as recent,
         count(*) filter (metric_date <= date '${AS_OF}' - 35 and not is_month_end)::integer as others
       from intermediate.int_customer_success_days where churn_risk_score is not null`,
    );
    expect(days).toEqual([{ before: '2026-01-31', recent: 35, others: 0 }]);
    const strange = await fetchCount(`select count(*) from intermediate.int_customer_success_days as days
      inner join scoring.scores on days.customer_id = scores.customer_id
        and days.metric_date = scores.metric_date and scores.model = 'churn'
      where days.churn_risk_score is not null and (
        days.churn_tier <> scores.tier
        or abs(days.churn_risk_score - 100 * scores.probability) > 1e-12
        or abs(days.mrr_at_risk - days.current_mrr * scores.probability) > 1e-6
      )`);
    expect(strange).toBe(0);
  });

  it('make up the success score, which is unknown while a part is', async () => {
    const table = `intermediate.int_customer_success_days as days
      inner join intermediate.int_customer_rates as rates using (customer_id, metric_date)`;
    const strange = await fetchCount(`select count(*) from ${table} where abs(composite_success_score - (
      0.5 * customer_health_score + 0.3 * (100 - churn_risk_score) + 20 * rates.avg_adoption_score)) > 1e-9`);
    expect(strange).toBe(0);
    const isUnknown =
      'customer_health_score is null or churn_risk_score is null or rates.avg_adoption_score is null';
    expect(
      await fetchCount(
        `select count(*) from ${table} where (composite_success_score is null) <> (${isUnknown})`,
      ),
    ).toBe(0);
    expect(await fetchCount(`select count(composite_success_score) from ${table}`)).toBeGreaterThan(500);
  });

  it('give no potential to a customer that has upgraded', async () => {
    const rows =
      await engine.query(`select is_upgraded, count(*) > 0 as some, count(expansion_potential_score) > 0 as scored,
        count(expansion_tier) > 0 as tiered
      from intermediate.int_customer_success_days as days
      inner join intermediate.int_customer_rates as rates using (customer_id, metric_date)
      where churn_risk_score is not null group by 1 order by 1`);
    expect(rows).toEqual([
      { is_upgraded: false, some: true, scored: true, tiered: true },
      { is_upgraded: true, some: true, scored: false, tiered: false },
    ]);
    const [quadrants] = await engine.query(
      `select count(*) = count(quadrant) as named, count(distinct quadrant)::integer as kinds,
         count(expansion_tier) filter (is_upgraded)::integer as upgraded
       from marts.churn_expansion_quadrant`,
    );
    expect(quadrants).toEqual({ named: true, kinds: 4, upgraded: 0 });
  });

  it('are the mean over the customers, and the sum of MRR at risk, for the company', async () => {
    const [row] = await engine.query(
      `select abs(company.churn_risk_score - avg(days.churn_risk_score)) < 1e-6 as churn,
         abs(company.expansion_potential_score - avg(days.expansion_potential_score)) < 1e-6 as expansion,
         abs(company.mrr_at_risk - sum(days.mrr_at_risk)) < 1e-4 as at_risk
       from intermediate.int_company_customer_success as company
       inner join intermediate.int_customer_success_days as days using (metric_date)
       where metric_date = '2026-03-10' group by company.churn_risk_score, company.expansion_potential_score, company.mrr_at_risk`,
    );
    expect(row).toEqual({ churn: true, expansion: true, at_risk: true });
  });

  it('are shown with their reasons on as_of and on month-ends', async () => {
    const days = await engine.query(
      'select distinct as_of::varchar as day from marts.predictions order by 1 desc limit 3',
    );
    expect(days.map(({ day }) => day)).toEqual([AS_OF, '2026-02-28', '2026-01-31']);
    const [row] = await engine.query(
      `select reason_1, reason_3, json_array_length(reasons)::integer as n, reasons->3->>'words' as fourth, lift = probability / 0.05 as lifted
       from marts.predictions where model = 'churn' and as_of = '${AS_OF}' limit 1`,
    );
    expect(row).toEqual({
      reason_1: 'Reason 1',
      reason_3: 'Reason 3',
      n: 4,
      fourth: 'Reason 4',
      lifted: true,
    });
  });

  it('are available, and say how to get them where they are not', async () => {
    const listMissing = () =>
      engine.query(`select column_name, reason from marts.metric_availability
        where model_name = 'metrics_customer_success' and needs like '%scoring.%' and not is_available order by 1`);
    expect(await listMissing()).toEqual([]);
    await engine.execute("delete from scoring.scores where model = 'expansion'");
    await runModels(engine, openModels({ asOf: AS_OF, vars }), ['metric_availability']);
    expect(await listMissing()).toEqual([
      {
        column_name: 'expansion_potential_score',
        reason: `scoring.expansion has no row by ${AS_OF}`,
      },
    ]);
  });
});
