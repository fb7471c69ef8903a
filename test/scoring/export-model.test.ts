import { describe, expect, it } from 'vitest';
import { buildSeededChance } from '../../src/base/index.ts';
import { exportModel } from '../../src/scoring/export-model.ts';
import { parseModel } from '../../src/scoring/parse-model.ts';
import { predictProbabilities, type ScoringModel } from '../../src/scoring/scoring-model.ts';
import { type Frame, parseLightgbmText, predictMargins, sigmoid } from '../../src/statistics/index.ts';
import { MODELS } from './score-parity.ts';

const findModel = (name: string): ScoringModel => MODELS[name] as ScoringModel;
const PLATT = findModel('trees, Platt');
const MEAN = findModel('the mean of both, isotonic');

function buildFrame(names: readonly string[]): Frame {
  const chance = buildSeededChance(5);
  const draw = () => (chance.next() < 0.1 ? Number.NaN : chance.next() * 30);
  return { names, columns: names.map(() => Float64Array.from({ length: 200 }, draw)), rows: 200 };
}

const frame = buildFrame(PLATT.inputs.map(({ name }) => name));

/** The probabilities of a LightGBM file, whose margins are log-odds. */
function predictText(text: string): Float64Array {
  const trees = parseLightgbmText(text);
  return predictMargins(trees, { ...frame, names: trees.features }).map(sigmoid);
}

function expectSame(found: Float64Array, expected: Float64Array): void {
  const apart = found.map((value, row) => Math.abs(value - (expected[row] as number)));
  expect(Math.max(...apart)).toBeLessThan(1e-12);
  expect(new Set(found).size).toBeGreaterThan(50);
}

describe('an exported model', () => {
  it('is itself as JSON', () => {
    for (const model of Object.values(MODELS))
      expect(parseModel(String(exportModel(model, { format: 'json' })))).toEqual(model);
  });

  it('says the same as LightGBM text, with the calibration of Platt in its leaves', () => {
    const text = String(exportModel(PLATT, { format: 'lightgbm' }));
    expectSame(predictText(text), predictProbabilities(PLATT, frame));
    expect(text).not.toBe(exportModel(PLATT, { format: 'lightgbm', part: 'trees' }));
  });

  it('is its trees alone where they are asked for', () => {
    const trees = { ...MEAN, linear: null, calibration: { kind: 'none' } } as const;
    const text = String(exportModel(MEAN, { format: 'lightgbm', part: 'trees' }));
    expectSame(predictText(text), predictProbabilities(trees, frame));
    expect(parseModel(String(exportModel(MEAN, { format: 'json', part: 'trees' })))).toEqual(trees);
  });

  it.each([
    ['a logistic regression', {}, /a regression without trees/],
    ['the mean of both, isotonic', {}, /the mean of a regression and trees/],
    ['the mean of both, isotonic', { linear: null }, /its isotonic calibration has steps/],
  ] as const)('is no LightGBM text where trees cannot say all of it: %s', (name, change, words) => {
    expect(() => exportModel({ ...findModel(name), ...change }, { format: 'lightgbm' })).toThrow(words);
  });

  it('has no trees to write where it has none', () => {
    const regression = findModel('a logistic regression');
    expect(() => exportModel(regression, { format: 'json', part: 'trees' })).toThrow(/without trees/);
  });

  it('has names that LightGBM takes, and each only once', () => {
    const rename = (names: readonly string[]): ScoringModel => ({
      ...PLATT,
      trees: { ...(PLATT.trees as NonNullable<ScoringModel['trees']>), features: names },
    });
    const text = exportModel(rename(['a b', 'c:d', 'tier="x"', 'e']), { format: 'lightgbm' });
    expect(text).toContain('\nfeature_names=a_b c_d tier=_x_ e\n');
    expect(() => exportModel(rename(['a b', 'a_b', 'c', 'd']), { format: 'lightgbm' })).toThrow(
      /two of its inputs would both be called a_b/,
    );
  });

  it('names its inputs in ONNX, and is the same bytes each time', () => {
    for (const model of Object.values(MODELS)) {
      const bytes = exportModel(model, { format: 'onnx' }) as Uint8Array;
      const names = JSON.stringify(model.inputs.map(({ name }) => name));
      expect(Buffer.from(bytes).includes(names)).toBe(true);
      expect(exportModel(model, { format: 'onnx' })).toEqual(bytes);
    }
    const [whole, trees] = [{}, { part: 'trees' }].map((part) =>
      exportModel(MEAN, { format: 'onnx', ...part } as { format: 'onnx' }),
    );
    expect(trees?.length).toBeLessThan(whole?.length as number);
  });
});
