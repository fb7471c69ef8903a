import { describe, expect, it } from 'vitest';
import { type BoostOptions, boostTrees, predictMargins, selectRows } from '../../src/statistics/index.ts';
import { buildFormulaData, type Formula, type LabelledFrame } from './formula-data.ts';
import { readTreeFixture } from './tree-fixtures.ts';

interface Figures {
  readonly auc: number;
  readonly brier: number;
}

interface Trainings {
  readonly parameters: Readonly<Record<string, number>>;
  readonly formulas: readonly (Figures & {
    readonly name: string;
    readonly formula: Formula;
    readonly share: number;
    readonly monotone: Figures;
  })[];
  readonly breastCancer: readonly Figures[];
}

const trainings: Trainings = JSON.parse(readTreeFixture('training.json'));
const { parameters } = trainings;
const OPTIONS: BoostOptions = {
  trees: parameters['trees'] ?? 0,
  learningRate: parameters['learning_rate'] ?? 0,
  depth: parameters['max_depth'] ?? 0,
  leaves: parameters['num_leaves'] ?? 0,
  minLeafRows: parameters['min_data_in_leaf'] ?? 0,
  minLeafHessian: parameters['min_sum_hessian_in_leaf'] ?? 0,
  l2: parameters['lambda_l2'] ?? 0,
};
const MONOTONE = [1, 0, 0, 0, 1, -1, 1, 0] as const;

/** Area under the ROC curve by ranks, ties halved, and the mean squared error of the probability. */
function measure(margins: Float64Array, labels: Uint8Array): Figures {
  const order = [...margins.keys()].sort((a, b) => (margins[a] ?? 0) - (margins[b] ?? 0));
  let [rankSum, positives] = [0, 0];
  for (let start = 0; start < order.length; ) {
    let end = start;
    while (end < order.length && margins[order[end] ?? 0] === margins[order[start] ?? 0]) end += 1;
    for (const row of order.slice(start, end)) {
      if (labels[row] !== 1) continue;
      rankSum += (start + end + 1) / 2;
      positives += 1;
    }
    start = end;
  }
  const errors = [...margins].map((margin, row) => (1 / (1 + Math.exp(-margin)) - (labels[row] ?? 0)) ** 2);
  return {
    auc: (rankSum - (positives * (positives + 1)) / 2) / (positives * (labels.length - positives)),
    brier: errors.reduce((sum, error) => sum + error, 0) / errors.length,
  };
}

function train(data: LabelledFrame, isTrain: (row: number) => boolean, options: BoostOptions): Figures {
  const rows = Array.from({ length: data.frame.rows }, (_, row) => row);
  const [seen, unseen] = [rows.filter(isTrain), rows.filter((row) => !isTrain(row))];
  const pick = (places: readonly number[]) => Uint8Array.from(places, (row) => data.labels[row] ?? 0);
  const ensemble = boostTrees(selectRows(data.frame, seen), pick(seen), options);
  return measure(predictMargins(ensemble, selectRows(data.frame, unseen)), pick(unseen));
}

function expectNear(actual: Figures, expected: Figures): void {
  expect(Math.abs(actual.auc - expected.auc)).toBeLessThanOrEqual(0.002);
  expect(Math.abs(actual.brier - expected.brier)).toBeLessThanOrEqual(0.002);
}

function readBreastCancer(): LabelledFrame {
  const rows = readTreeFixture('breast-cancer.csv')
    .trim()
    .split('\n')
    .map((line) => line.split(',').map(Number));
  const width = (rows[0]?.length ?? 1) - 1;
  const columns = Array.from({ length: width }, (_, place) =>
    Float64Array.from(rows, (row) => row[place] ?? Number.NaN),
  );
  return {
    frame: { names: columns.map((_, place) => `c${place}`), columns, rows: rows.length },
    labels: Uint8Array.from(rows, (row) => row[width] ?? 0),
  };
}

describe('training agrees with LightGBM on the same rows and parameters', () => {
  it.each(trainings.formulas)('$name', ({ formula, share, monotone, ...figures }) => {
    const data = buildFormulaData(formula);
    expect(data.labels.reduce((sum, label) => sum + label, 0) / formula.rows).toBe(share);
    expectNear(
      train(data, (row) => row < 20_000, OPTIONS),
      figures,
    );
    expectNear(
      train(data, (row) => row < 20_000, { ...OPTIONS, monotone: MONOTONE }),
      monotone,
    );
  });

  it('breast cancer, the mean of three splits', () => {
    const mean = (folds: readonly Figures[]) => ({
      auc: folds.reduce((sum, { auc }) => sum + auc, 0) / folds.length,
      brier: folds.reduce((sum, { brier }) => sum + brier, 0) / folds.length,
    });
    const data = readBreastCancer();
    const folds = [0, 1, 2].map((fold) => train(data, (row) => row % 3 !== fold, OPTIONS));
    expectNear(mean(folds), mean(trainings.breastCancer));
  });
});
