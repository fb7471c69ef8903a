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
