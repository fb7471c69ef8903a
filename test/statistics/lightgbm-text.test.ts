import { describe, expect, it } from 'vitest';
import {
  explainTrees,
  parseLightgbmText,
  predictMargin,
  predictMargins,
} from '../../src/statistics/index.ts';
import { buildFrame, findLargestDifference, readTreeFixture } from './tree-fixtures.ts';

interface Reference {
  readonly rows: readonly (readonly (number | null)[])[];
  readonly margins: readonly number[];
  readonly base: number;
  readonly contributions: readonly (readonly number[])[];
  readonly shap: readonly (readonly number[])[] | null;
}

const MODELS = ['plain', 'gaps-in-use', 'missing', 'monotone', 'stump', 'one-leaf', 'deep'];
const TOLERANCE = 1e-12;

function readModel(name: string) {
  const ensemble = parseLightgbmText(readTreeFixture(`${name}.txt`));
  const reference: Reference = JSON.parse(readTreeFixture(`${name}.json`));
  return { ensemble, reference, frame: buildFrame(ensemble.features, reference.rows) };
}

describe.each(MODELS)('the LightGBM model %s', (name) => {
  const { ensemble, reference, frame } = readModel(name);

  it('predicts what LightGBM predicts', () => {
    const margins = predictMargins(ensemble, frame);
    expect(findLargestDifference(margins, reference.margins)).toBeLessThanOrEqual(TOLERANCE);
    const oneByOne = reference.rows.map((row) =>
      predictMargin(
        ensemble,
        Float64Array.from(row, (value) => value ?? Number.NaN),
      ),
    );
    expect(oneByOne).toEqual([...margins]);
  });

  it('is explained as LightGBM and shap explain it', () => {
    const { base, contributions } = explainTrees(ensemble, frame);
    expect(findLargestDifference([base], [reference.base])).toBeLessThanOrEqual(TOLERANCE);
    const expected = reference.contributions.flat();
    expect(findLargestDifference(contributions, expected)).toBeLessThanOrEqual(TOLERANCE);
    if (reference.shap !== null)
      expect(findLargestDifference(contributions, reference.shap.flat())).toBeLessThanOrEqual(TOLERANCE);
  });

  it('is explained alike row by row, without tables', () => {
    const { contributions } = explainTrees(ensemble, frame);
    const single = reference.rows.flatMap((row) => [
      ...explainTrees(ensemble, buildFrame(ensemble.features, [row])).contributions,
    ]);
    expect(findLargestDifference(single, contributions)).toBeLessThanOrEqual(TOLERANCE);
  });
});

it('is compared with shap in most models, with rows that miss values and paths of many features', () => {
  const read = MODELS.map(readModel);
  expect(read.filter(({ reference }) => reference.shap !== null).length).toBeGreaterThanOrEqual(5);
  expect(read.filter(({ frame }) => frame.columns.some((column) => column.includes(Number.NaN))).length).toBe(
    4,
  );
});

describe('models that are not taken over', () => {
  const text = readTreeFixture('stump.txt');

  it.each([
    ['num_class=1', 'num_class=3', 'the head: num_class=3 (more than two classes)'],
    ['objective=binary sigmoid:1', 'objective=regression', 'the head: objective=regression'],
    ['objective=binary sigmoid:1', 'objective=binary sigmoid:2', 'the head: objective=binary sigmoid:2'],
    ['label_index=0', 'label_index=0\naverage_output', 'average_output'],
    ['version=v4', 'version=v2', 'version=v2'],
    ['num_cat=0', 'num_cat=1', 'tree 0: splits on categories'],
    ['is_linear=0', 'is_linear=1', 'tree 0: linear models in the leaves'],
    ['decision_type=2', 'decision_type=3', 'tree 0, split 0: a split on categories'],
    // Zero stands for missing and goes left, while the stump's threshold is below it.
    ['decision_type=2', 'decision_type=6', 'tree 0, split 0: zero stands for missing'],
    ['decision_type=2', 'decision_type=14', 'tree 0, split 0: the decision type 14'],
  ])('%s as %s', (part, change, words) => {
    expect(() => parseLightgbmText(text.replace(part, change))).toThrow(words);
  });

  it.each([
    ['tree\n', 'forest\n', 'line 1'],
    ['end of trees', '', 'the end'],
    ['num_leaves=2', 'num_leaves=3', 'tree 0, leaf_value: 2 values instead of 3'],
    ['split_feature=0', 'split_feature=99', 'tree 0: a split on a feature that is not listed'],
    ['left_child=-1', 'left_child=0', 'tree 0: split 0 has the child 0'],
    ['left_child=-1', 'left_child=-2', 'tree 0: split 0 has the child -2'],
    ['leaf_value=', 'leaf_value=x', 'is not a number'],
    ['feature_names', 'names', 'the head: there is no line feature_names='],
  ])('%s as %s: the file is not whole', (part, change, words) => {
    expect(() => parseLightgbmText(text.replace(part, change))).toThrow(words);
  });
});

it('takes zero for missing where zero goes its own way anyway', () => {
  const text = readTreeFixture('stump.txt').replace(/threshold=.*/g, 'threshold=0.5');
  const { trees } = parseLightgbmText(text.replaceAll('decision_type=2', 'decision_type=6'));
  expect(trees.map(({ missingLeft }) => missingLeft)).toEqual(trees.map(() => [true]));
});
