import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { addDays } from '../../src/base/index.ts';
import { openDuckdb } from '../../src/engines/index.ts';
import { encodeColumns } from '../../src/scoring/design-matrix.ts';
import { renderFeatureName } from '../../src/scoring/export-model.ts';
import { parseImported } from '../../src/scoring/imported-model.ts';
import { fetchInputs, findOutcome } from '../../src/scoring/index.ts';
import type { ModelInput } from '../../src/scoring/scoring-model.ts';
import { fetchTable } from '../../src/scoring/snapshots-store.ts';
import { parseLightgbmText, predictMargins, sigmoid } from '../../src/statistics/index.ts';
import { copyDemo, DEMO_DAY, openDemo } from '../shared/workspaces.ts';

const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'tenure-import-'));
const outside = path.join(folder, 'from-outside.txt');
const outcome = findOutcome('churn');
const NEXT_DAY = addDays(DEMO_DAY, 1);

beforeAll(async () => {
  await copyDemo(folder);
}, 600_000);

afterAll(() => fs.rmSync(folder, { recursive: true }));

async function withWarehouse<T>(
  work: (engine: Awaited<ReturnType<typeof openDuckdb>>) => Promise<T>,
): Promise<T> {
  const file = path.join(folder, 'warehouse.duckdb');
  const searchPath = ['marts', 'entity', 'intermediate', 'staging'];
  const engine = await openDuckdb({ path: file, isReadOnly: true, searchPath });
  try {
    return await work(engine);
  } finally {
    await engine.close();
  }
}

/** All scores of churn up to a day, as text. */
function fetchScores(to: string): Promise<string> {
  return withWarehouse(async (engine) =>
    JSON.stringify(
      await engine.query(
        `select customer_id, cast(metric_date as varchar) as day, version, probability, tier from scoring.scores
         where model = 'churn' and metric_date <= cast($1 as date) order by 1, 2`,
        [to],
      ),
    ),
  );
}

/** What the file says of the customers of a day, beside what the warehouse says. */
function listScores(day: string): Promise<readonly { readonly file: number; readonly warehouse: number }[]> {
  return withWarehouse(async (engine) => {
    const inputs = await fetchInputs(engine, outcome);
    const table = await fetchTable(engine, {
      relation: 'int_customer_predictor_days',
      predictors: outcome.predictors,
      conditions: [`metric_date = date '${day}'`],
    });
    const frame = encodeColumns(inputs, table);
    const trees = parseLightgbmText(fs.readFileSync(outside, 'utf8'));
    const file = predictMargins(trees, { ...frame, names: frame.names.map(renderFeatureName) }).map(sigmoid);
    const rows = await engine.query(
      `select probability from scoring.scores where model = 'churn' and metric_date = cast($1 as date)
       order by customer_id`,
      [day],
    );
    expect(rows).toHaveLength(table.rows);
    return rows.map((row, place) => ({
      file: file[place] as number,
      warehouse: Number(row['probability']),
    }));
  });
}

const build = (asOf: string) => openDemo(folder).build({ asOf, exclude: ['resource_type:test'] });

async function listDays(): Promise<readonly (readonly [string, string, string | null])[]> {
  const models = (await openDemo(folder).scores.list()).filter(({ model }) => model === 'churn');
  return models.slice(0, 3).map(({ champion, usableFrom, usableTo }) => [champion, usableFrom, usableTo]);
}

describe('a model from outside', () => {
  it('scores from the day of the first build that has it until it is taken out', async () => {
    const tenure = openDemo(folder);
    const own = await listDays();
    const before = await fetchScores(addDays(DEMO_DAY, -1));
    const models = (await tenure.scores.list()).filter(({ model }) => model === 'churn');
    const version = models.find((model) => ['trees', 'mean'].includes(model.champion))?.version;
    const { content } = await tenure.scores.export('churn', { format: 'lightgbm', part: 'trees', version });
    fs.writeFileSync(outside, content);
    expect(await tenure.scores.import('churn', outside)).toMatchObject({ file: 'models/churn.txt' });

    expect((await build(DEMO_DAY)).isPublished).toBe(true);
    const scores = await listScores(DEMO_DAY);
    expect(scores.length).toBeGreaterThan(50);
    expect(scores.filter(({ file, warehouse }) => Math.abs(file - warehouse) > 1e-12)).toEqual([]);
    expect(await fetchScores(addDays(DEMO_DAY, -1))).toBe(before);
    const [champion, usableFrom] = own[0] ?? [];
    expect((await listDays()).slice(0, 2)).toEqual([
      ['imported', DEMO_DAY, null],
      [champion, usableFrom, addDays(DEMO_DAY, -1)],
    ]);
    const card = await tenure.scores.card('churn');
    expect(card).toMatchObject({ champion: 'imported', trained: null });
    expect(card.note).toMatch(/^Brought in from models\/churn\.txt\. What it learned from is not known/);
    expect(card.tested.rows).toBeGreaterThan(0);
    const { reasons } = await tenure.scores.explain('churn', await findCustomer());
    expect(reasons).toHaveLength(15);

    expect((await build(NEXT_DAY)).isPublished).toBe(true);
    const kept = await fetchScores(DEMO_DAY);
    expect((await listDays())[0]).toEqual(['imported', DEMO_DAY, null]);
    expect(
      (await listScores(NEXT_DAY)).every(({ file, warehouse }) => Math.abs(file - warehouse) < 1e-12),
    ).toBe(true);

    expect(await tenure.scores.removeImport('churn')).toEqual(['models/churn.txt']);
    expect(await tenure.scores.removeImport('churn')).toEqual([]);
    expect((await build(NEXT_DAY)).isPublished).toBe(true);
    expect(await listDays()).toEqual([
      [champion, NEXT_DAY, null],
      ['imported', DEMO_DAY, DEMO_DAY],
      [champion, usableFrom, addDays(DEMO_DAY, -1)],
    ]);
    expect(await fetchScores(DEMO_DAY)).toBe(kept);
    const apart = (await listScores(NEXT_DAY)).filter(
      ({ file, warehouse }) => Math.abs(file - warehouse) > 1e-6,
    );
    expect(apart.length).toBeGreaterThan(30);
  }, 600_000);
});

/** A customer with a score of today. */
function findCustomer(): Promise<string> {
  return withWarehouse(async (engine) => {
    const [row] = await engine.query(`select min(customer_id) as id from scoring.scores where model = 'churn'
       and metric_date = (select max(metric_date) from scoring.scores)`);
    return String(row?.['id']);
  });
}

describe('a model file from outside', () => {
  const INPUTS: readonly ModelInput[] = [
    { name: 'mrr', predictor: 'mrr', level: null },
    { name: 'plan_tier=growth', predictor: 'plan_tier', level: 'growth' },
    { name: 'industry=hr tech', predictor: 'industry', level: 'hr tech' },
  ];

  function renderFile(
    features: readonly string[],
    { objective = 'binary sigmoid:1', decision = 10, trees = 1 } = {},
  ) {
    const tree = (place: number) =>
      `Tree=${place}\nnum_leaves=2\nnum_cat=0\nsplit_feature=0\nsplit_gain=1\nthreshold=5\ndecision_type=${decision}\nleft_child=-1\nright_child=-2\nleaf_value=-1 1\nleaf_count=5 5\ninternal_value=0\ninternal_count=10\nis_linear=0\nshrinkage=1\n\n`;
    const head = `tree\nversion=v4\nnum_class=1\nnum_tree_per_iteration=1\nobjective=${objective}\nfeature_names=${features.join(' ')}\n\n`;
    return `${head}${Array.from({ length: trees }, (_, place) => tree(place)).join('')}end of trees\n`;
  }

  it('names its features as ours, or with _ for the signs in them', () => {
    for (const features of [
      ['mrr', 'plan_tier=growth', 'industry=hr_tech'],
      ['mrr', 'plan_tier_growth', 'industry_hr_tech'],
    ]) {
      const { inputs, trees } = parseImported(renderFile(features), outcome, INPUTS);
      expect(inputs).toEqual(INPUTS);
      expect(trees?.features).toEqual(INPUTS.map(({ name }) => name));
    }
    const { inputs } = parseImported(renderFile(['industry_hr_tech', 'mrr']), outcome, INPUTS);
    expect(inputs.map(({ name }) => name)).toEqual(['industry=hr tech', 'mrr']);
  });

  it.each([
    ['an unknown feature', renderFile(['mrr', 'plan_tier=gold']), /reads plan_tier=gold, which is no input/],
    [
      'a feature that is there twice',
      renderFile(['plan_tier_growth', 'plan_tier=growth']),
      /two of its features/,
    ],
    ['splits on categories', renderFile(['mrr'], { decision: 1 }), /split on categories/],
    ['another objective', renderFile(['mrr'], { objective: 'regression' }), /objective=regression/],
    ['no trees', renderFile(['mrr'], { trees: 0 }), /it has no trees/],
    ['nothing', ' \n', /the file is empty/],
    ['something else', 'a,b\n1,2\n', /begins with the line tree/],
    ['JSON of something else', '{"format":"other"}', /format/],
  ])('is refused with %s', (_, text, words) => {
    expect(() => parseImported(text, outcome, INPUTS)).toThrow(words);
  });

  it('of our own may be of this outcome or of a table, not of the other outcome', () => {
    const model = {
      ...{ format: 'tenure-scoring-model', formatVersion: 1, name: 'churned_in_90d' },
      predictors: [{ name: 'mrr', kind: 'number' }],
      inputs: [INPUTS[0]],
      linear: { intercept: 0, weights: [1], centers: [0], scales: [1], logged: [false] },
      trees: null,
      calibration: { kind: 'platt', slope: 2, intercept: 0 },
      baseRate: 0.1,
      tiers: { critical: 0.4, high: 0.2, medium: 0.1 },
    };
    const { linear, calibration } = parseImported(JSON.stringify(model), outcome, INPUTS);
    expect({ linear, calibration }).toEqual({ linear: model.linear, calibration: model.calibration });
    const other = JSON.stringify({ ...model, name: 'expansion' });
    expect(() => parseImported(other, outcome, INPUTS)).toThrow(/a model of expansion, not of churn/);
    const trees = { features: ['seats'], bias: 0, trees: [] };
    expect(() => parseImported(JSON.stringify({ ...model, trees }), outcome, INPUTS)).toThrow(
      /name other features/,
    );
  });
});
