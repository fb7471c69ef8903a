import { buildSeededChance, quoteIdentifier } from '../../src/base/index.ts';
import type { Engine } from '../../src/engines/index.ts';
import { compileScore } from '../../src/scoring/compile-score-store.ts';
import { encodeColumns, type RawColumns } from '../../src/scoring/design-matrix.ts';
import { fetchModels, OUTCOMES } from '../../src/scoring/index.ts';
import {
  chooseTier,
  predictModelMargins,
  predictProbabilities,
  type ScoringModel,
} from '../../src/scoring/scoring-model.ts';
import { fetchTable } from '../../src/scoring/snapshots-store.ts';
import type { TreeEnsemble } from '../../src/statistics/index.ts';

const SCHEMA = 'parity';
const ROWS = 300;
const TIERS = ['starter', "o'growth", 'enterprise', null] as const;
const TIER = 'plan "tier"';

/** Rows with every kind of column, values on thresholds, and gaps. */
function buildColumns(): RawColumns {
  const chance = buildSeededChance(7);
  const orMissing = (value: number): number => (chance.next() < 0.15 ? Number.NaN : value);
  const fill = (make: () => number) => Float64Array.from({ length: ROWS }, () => orMissing(make()));
  return {
    rows: ROWS,
    numbers: new Map([
      ['events', fill(() => Math.floor(chance.next() * 40))],
      ['score', fill(() => chance.next())],
      ['is_new', fill(() => Number(chance.next() < 0.4))],
    ]),
    texts: new Map([
      [TIER, Array.from({ length: ROWS }, () => TIERS[Math.floor(chance.next() * 4)] ?? null)],
    ]),
  };
}

const INPUTS = [
  { name: 'events', predictor: 'events', level: null },
  { name: 'score', predictor: 'score', level: null },
  { name: 'is_new', predictor: 'is_new', level: null },
  { name: 'tier', predictor: TIER, level: "o'growth" },
];

/** So many trees that their sum is put together in groups, the last of them a single leaf. */
function buildTrees(): TreeEnsemble {
  const chance = buildSeededChance(11);
  const value = (): number => chance.next() - 0.5;
  const trees = Array.from({ length: 95 }, (_, place) => ({
    feature: [place % 4, (place + 1) % 4],
    threshold: [place % 4 === 0 ? Math.floor(chance.next() * 40) : chance.next(), 0.5],
    missingLeft: [place % 3 === 0, place % 2 === 0],
    left: [1, ~0],
    right: [~2, ~1],
    gain: [1, 1],
    splitValue: [0, 0],
    splitCover: [10, 5],
    leafValue: [value(), value(), value()],
    leafCover: [3, 2, 5],
  }));
  const stump = { feature: [], threshold: [], missingLeft: [], left: [], right: [], gain: [] };
  const leaf = { ...stump, splitValue: [], splitCover: [], leafValue: [0.25], leafCover: [10] };
  return { features: INPUTS.map(({ name }) => name), bias: -1.25, trees: [...trees, leaf] };
}

const LINEAR = {
  intercept: -2.5,
  weights: [0.7, -1.3, 0, 1 / 3],
  centers: [2.1, 0.5, 0, 0.25],
  scales: [0.9, 0.3, 1, 0.43],
  logged: [true, false, false, false],
};

function buildModel(parts: Partial<ScoringModel>): ScoringModel {
  return {
    format: 'tenure-scoring-model',
    formatVersion: 1,
    name: 'churn',
    predictors: [
      { name: 'events', kind: 'number' },
      { name: 'score', kind: 'number' },
      { name: 'is_new', kind: 'boolean' },
      { name: TIER, kind: 'category' },
    ],
    inputs: INPUTS,
    linear: null,
    trees: null,
    calibration: { kind: 'none' },
    baseRate: 0.1,
    tiers: { critical: 0.4, high: 0.2, medium: 0.1 },
    ...parts,
  };
}

/** A model of every shape there is. */
export const MODELS: Readonly<Record<string, ScoringModel>> = {
  'a logistic regression': buildModel({ linear: LINEAR }),
  'trees, Platt': buildModel({
    trees: buildTrees(),
    calibration: { kind: 'platt', slope: 1.31, intercept: -0.2 },
  }),
  'the mean of both, isotonic': buildModel({
    linear: LINEAR,
    trees: buildTrees(),
    calibration: { kind: 'isotonic', x: [-4, -2.5, -1, 0.5, 2], y: [0.001, 0.04, 0.04, 0.3, 0.9] },
  }),
  'one step': buildModel({ linear: LINEAR, calibration: { kind: 'isotonic', x: [0], y: [0.2] } }),
  'margins without end': buildModel({ linear: { ...LINEAR, weights: [900, -900, 0, 0] } }),
};

const COLUMN_TYPES = { number: 'double precision', boolean: 'boolean', category: 'varchar' };

async function writeScoreRows(
  engine: Engine,
  { predictors }: Pick<ScoringModel, 'predictors'>,
  columns: RawColumns,
): Promise<void> {
  const types = predictors.map(({ name, kind }) => `${quoteIdentifier(name)} ${COLUMN_TYPES[kind]}`);
  await engine.execute(engine.dialect.createSchema(SCHEMA));
  await engine.execute(`drop table if exists ${SCHEMA}.score_rows`);
  await engine.execute(`create table ${SCHEMA}.score_rows (${['id integer', ...types].join(', ')})`);
  const rows = Array.from({ length: columns.rows }, (_, row) => [
    row,
    ...predictors.map(({ name, kind }) => {
      if (kind === 'category') return columns.texts.get(name)?.[row] ?? null;
      const value = columns.numbers.get(name)?.[row] ?? Number.NaN;
      if (Number.isNaN(value)) return null;
      return kind === 'boolean' ? value === 1 : value;
    }),
  ]);
  const target = { schema: SCHEMA, name: 'score_rows' };
  await engine.writeRows({ ...target, columns: ['id', ...predictors.map(({ name }) => name)] }, rows);
}

/** Where the rows that were written are scored otherwise in the engine than in this process, by more than 1e-9 or in the tier. */
async function compareScores(
  engine: Engine,
  model: ScoringModel,
  columns: RawColumns,
): Promise<readonly string[]> {
  const scored = await engine.query(
    `select * from (${compileScore(engine, model, { from: `${SCHEMA}.score_rows`, keys: ['id'] })}) as scores order by id`,
  );
  const frame = encodeColumns(model.inputs, columns);
  const [margins, probabilities] = [predictModelMargins(model, frame), predictProbabilities(model, frame)];
  const problems = scored.flatMap((found, row) => {
    const [margin, probability] = [margins[row] as number, probabilities[row] as number];
    const isSame =
      Math.abs(Number(found['log_odds']) - margin) <= 1e-9 * Math.max(1, Math.abs(margin)) &&
      Math.abs(Number(found['probability']) - probability) <= 1e-9 &&
      found['tier'] === chooseTier(model.tiers, probability);
    return isSame ? [] : [`row ${row}: ${JSON.stringify(found)} is not ${margin}, ${probability}`];
  });
  return scored.length === columns.rows
    ? problems
    : [`${scored.length} rows of ${columns.rows}`, ...problems];
}

/** Scores rows of every kind in the engine and in this process; lists where they differ. */
export async function listScoreProblems(engine: Engine, model: ScoringModel): Promise<readonly string[]> {
  const columns = buildColumns();
  await writeScoreRows(engine, model, columns);
  return compareScores(engine, model, columns);
}

/**
 * The same for the models of a warehouse, each over every customer that it may score, on the ends of months and the last
 * day. Rows are counted.
 */
export async function listWarehouseProblems(
  engine: Engine,
  warehouse: Engine,
): Promise<{ readonly rows: number; readonly problems: readonly string[] }> {
  const problems: string[] = [];
  let rows = 0;
  for (const { name, predictors, candidates } of OUTCOMES) {
    const columns = await fetchTable(warehouse, {
      relation: 'int_customer_predictor_days',
      predictors,
      conditions: [
        '(is_month_end or metric_date = (select max(metric_date) from int_customer_predictor_days))',
        ...(candidates === null ? [] : [candidates.days]),
      ],
    });
    const models = await fetchModels(warehouse, name);
    if (models.length === 0) problems.push(`${name}: there is no model`);
    await writeScoreRows(engine, { predictors }, columns);
    for (const { model } of models) problems.push(...(await compareScores(engine, model, columns)));
    rows += models.length * columns.rows;
  }
  return { rows, problems };
}
