import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openDuckdb } from '../../src/engines/index.ts';
import { encodeColumns } from '../../src/scoring/design-matrix.ts';
import { fetchModel, OUTCOMES } from '../../src/scoring/index.ts';
import { chooseTier, predictModelMargins, predictProbabilities } from '../../src/scoring/scoring-model.ts';
import { fetchTable } from '../../src/scoring/snapshots-store.ts';
import { copyDemo, DEMO_DAY, openDemo } from '../shared/workspaces.ts';
import { listWarehouseProblems } from './score-parity.ts';

const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'tenure-scores-'));
const searchPath = ['marts', 'entity', 'intermediate', 'staging'];

beforeAll(async () => {
  await copyDemo(folder);
}, 600_000);

afterAll(() => fs.rmSync(folder, { recursive: true }));

async function withWarehouse<T>(
  work: (engine: Awaited<ReturnType<typeof openDuckdb>>) => Promise<T>,
): Promise<T> {
  const engine = await openDuckdb({
    path: path.join(folder, 'warehouse.duckdb'),
    isReadOnly: true,
    searchPath,
  });
  try {
    return await work(engine);
  } finally {
    await engine.close();
  }
}

describe('the scores of a build', () => {
  for (const outcome of OUTCOMES)
    it(`are those of the model in this process, for every customer: ${outcome.name}`, () =>
      withWarehouse(async (engine) => {
        const { model, version } = await fetchModel(engine, outcome.name);
        const table = await fetchTable(engine, {
          relation: 'int_customer_predictor_days',
          predictors: outcome.predictors,
          conditions: [
            `metric_date = date '${DEMO_DAY}'`,
            ...(outcome.candidates === null ? [] : [outcome.candidates.days]),
          ],
        });
        const frame = encodeColumns(model.inputs, table);
        const [margins, probabilities] = [
          predictModelMargins(model, frame),
          predictProbabilities(model, frame),
        ];
        const scores = await engine.query(
          `select customer_id, version, log_odds, probability, tier from scoring.scores
           where model = $1 and metric_date = cast($2 as date) order by customer_id`,
          [outcome.name, DEMO_DAY],
        );
        expect(scores.map((row) => row['customer_id'])).toEqual(table.customers);
        expect(scores.length).toBeGreaterThan(50);
        for (const [row, score] of scores.entries()) {
          expect(Math.abs(Number(score['log_odds']) - (margins[row] as number))).toBeLessThan(1e-9);
          expect(Math.abs(Number(score['probability']) - (probabilities[row] as number))).toBeLessThan(1e-9);
          expect(score['tier']).toBe(chooseTier(model.tiers, probabilities[row] as number));
          expect(score['version']).toBe(version);
        }
      }));

  it('would be those of this process by every model of the history', () =>
    withWarehouse(async (warehouse) => {
      const engine = await openDuckdb({ path: ':memory:' });
      try {
        const { rows, problems } = await listWarehouseProblems(engine, warehouse);
        expect(problems).toEqual([]);
        expect(rows).toBeGreaterThan(1000);
      } finally {
        await engine.close();
      }
    }));

  it('are one for each customer, day and model', () =>
    withWarehouse(async (engine) => {
      const [twice] = await engine.query(
        `select count(*) - count(distinct (customer_id, metric_date, model)) as n from scoring.scores`,
      );
      expect(twice).toEqual({ n: 0 });
    }));

  it('are each by the model that was usable on their day', () =>
    withWarehouse(async (engine) => {
      const [strange] = await engine.query(
        `select count(*) as n from scoring.scores as scores
         where not exists (select 1 from scoring.models as models
           where models.model = scores.model and models.version = scores.version
             and scores.metric_date >= models.usable_from
             and scores.metric_date <= coalesce(models.usable_to, scores.metric_date))`,
      );
      expect(strange).toEqual({ n: 0 });
      const early = await engine.query(
        `select model from scoring.models where usable_from - trained_to <> 90 or trained_to <> last_day(trained_to)`,
      );
      expect(early).toEqual([]);
    }));

  it('are the same in BI, in the API and in the score step', () =>
    withWarehouse(async (engine) => {
      const rows = await engine.query(
        `select count(*) as n,
           count(case when abs(metrics.churn_risk_score - 100 * scores.probability) > 1e-9 then 1 end) as risks,
           count(case when abs(predictions.probability - scores.probability) > 0 then 1 end) as said,
           count(case when abs(metrics.mrr_at_risk - metrics.current_mrr * scores.probability) > 1e-6 then 1 end) as money
         from scoring.scores as scores
         inner join metrics_customer_success as metrics
           on scores.customer_id = metrics.customer_id and scores.metric_date = metrics.metric_date
         inner join predictions
           on scores.customer_id = predictions.customer_id and scores.metric_date = predictions.as_of
           and predictions.model = 'churn'
         where scores.model = 'churn' and scores.metric_date = cast($1 as date)`,
        [DEMO_DAY],
      );
      expect(rows[0]).toMatchObject({ risks: 0, said: 0, money: 0 });
      expect(Number(rows[0]?.['n'])).toBeGreaterThan(50);
    }));
});

describe('the models of a company', () => {
  it('are listed, with what was published of each', async () => {
    const tenure = openDemo(folder);
    const models = await tenure.scores.list();
    expect(new Set(models.map(({ model }) => model))).toEqual(new Set(['churn', 'expansion']));
    expect(models[0]).toMatchObject({
      model: 'churn',
      trainedTo: '2025-11-30',
      usableFrom: '2026-02-28',
      usableTo: null,
    });
    const card = await tenure.scores.card('churn');
    expect(card.version).toBe(models[0]?.version);
    expect(card.tested.from).toBe('2025-10-31');
    expect((card.trained?.to ?? '') <= '2025-07-03').toBe(true);
    await expect(tenure.scores.card('weather')).rejects.toMatchObject({ code: 'OUTCOME_UNKNOWN' });
    await expect(tenure.scores.card('churn', 'none')).rejects.toMatchObject({ code: 'MODEL_MISSING' });
  });

  it('explain a score by reasons that add up to its log-odds', async () => {
    const tenure = openDemo(folder);
    const { customer } = await withWarehouse(async (engine) => {
      const [row] = await engine.query(
        `select customer_id as customer from scoring.scores where model = 'churn' and metric_date = cast($1 as date)
         order by probability desc, customer_id limit 1`,
        [DEMO_DAY],
      );
      return { customer: String(row?.['customer']) };
    });
    const found = await tenure.scores.explain('churn', customer);
    const sum = found.reasons.reduce((total, { contribution }) => total + contribution, found.base);
    expect(Math.abs(sum - found.logOdds)).toBeLessThan(1e-9);
    expect(found.reasons).toHaveLength(15);
    expect(found.asOf).toBe(DEMO_DAY);
    await expect(tenure.scores.explain('churn', 'nobody')).rejects.toMatchObject({ code: 'SCORE_MISSING' });
  });

  it('promise an AUC that is held against what came true', async () => {
    const realised = await openDemo(folder).scores.realised('churn');
    const over = realised.filter(({ rows }) => rows > 0);
    expect(over.length).toBeGreaterThan(3);
    expect(realised.at(-1)).toMatchObject({ rows: 0, rocAuc: null });
    for (const { rows, events, observed } of over) expect(observed).toBeCloseTo(events / rows, 12);
  });

  it('are held against the customers of today', async () => {
    const { version, asOf, rows, predictors } = await openDemo(folder).scores.drift('expansion');
    const [newest] = (await openDemo(folder).scores.list()).filter(({ model }) => model === 'expansion');
    expect({ version, asOf }).toEqual({ version: newest?.version, asOf: DEMO_DAY });
    expect(predictors).toHaveLength(20);
    const [counted] = await withWarehouse((engine) =>
      engine.query(
        `select count(*) as reference from int_training_snapshots
         where is_expansion_candidate and metric_date <= cast($1 as date)`,
        [newest?.trainedTo ?? ''],
      ),
    );
    expect(rows.reference).toBe(Number(counted?.['reference']));
  });

  it('are not trained again by a build of all days over the same data, and come out the same', async () => {
    const tenure = openDemo(folder);
    const before = await tenure.scores.list();
    const report = await tenure.build({ asOf: DEMO_DAY, fullRefresh: true, exclude: ['resource_type:test'] });
    expect(report.scores?.outcomes.map(({ trained }) => trained)).toEqual([0, 0]);
    expect(await tenure.scores.list()).toEqual(before);
  }, 300_000);
});

it('looks up the features of one customer as the marts have them', async () => {
  const features = await openDemo(folder).scores.openFeatures('expansion');
  try {
    const expected = await withWarehouse((engine) =>
      engine.query('select * from mart_customer_expansion_features order by customer_id limit 3'),
    );
    for (const row of expected) expect(await features.fetch(String(row['customer_id']))).toEqual(row);
    expect(Object.keys(expected[0] ?? {})).toHaveLength(21);
    expect(await features.fetch('nobody')).toBeNull();
    const all = await Promise.all(expected.map((row) => features.fetch(String(row['customer_id']))));
    expect(all).toEqual(expected);
  } finally {
    await features.close();
  }
});

it('hold as many customers as the team can look after on the first day of a model', async () => {
  fs.appendFileSync(path.join(folder, 'tenure.yml'), '\nscore_tiers: {capacity: {critical: 6, high: 14}}\n');
  const build = () =>
    openDemo(folder).build({ asOf: DEMO_DAY, fullRefresh: true, exclude: ['resource_type:test'] });
  expect((await build()).isPublished).toBe(true);
  const counts = await withWarehouse((engine) =>
    engine.query(
      `select models.version, count(case when tier = 'critical' then 1 end) as critical,
         count(case when tier in ('critical', 'high') then 1 end) as both_tiers
       from scoring.models as models
       inner join scoring.scores as scores
         on models.model = scores.model and models.version = scores.version
         and models.usable_from = scores.metric_date
       where models.model = 'churn' group by models.version, models.usable_from order by models.usable_from`,
    ),
  );
  expect(counts.length).toBeGreaterThan(6);
  // Trees say the same of some customers, who then are in one tier, the one below where they are too many.
  for (const { critical, both_tiers: both } of counts) {
    expect(Number(critical)).toBeLessThanOrEqual(6);
    expect(Number(both)).toBeLessThanOrEqual(20);
    expect(Number(both)).toBeGreaterThan(15);
  }
  expect(counts.filter(({ critical }) => Number(critical) === 6).length).toBeGreaterThan(counts.length / 2);
  expect((await build()).scores?.outcomes.map(({ trained }) => trained)).toEqual([0, 0]);
}, 300_000);
