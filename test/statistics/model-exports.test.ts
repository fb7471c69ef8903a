import { describe, expect, it } from 'vitest';
import {
  type Calibration,
  type Frame,
  type LinearModel,
  type OnnxModel,
  parseLightgbmText,
  predictMargins,
  renderLightgbmText,
  renderOnnx,
} from '../../src/statistics/index.ts';
import { buildTreeExports, EXPORTED_TREES, ONNX_MODELS } from './tree-exports.ts';
import { buildFrame, findLargestDifference, readTreeBytes, readTreeFixture } from './tree-fixtures.ts';

interface Predictions {
  readonly margins: readonly number[];
  readonly probabilities: readonly number[];
}

interface Exported {
  readonly rows: readonly (readonly (number | null)[])[];
  readonly lightgbm: Predictions;
  readonly onnx: Readonly<Record<string, Predictions>>;
}

const reference: Exported = JSON.parse(readTreeFixture('exported.json'));
const frame = buildFrame(EXPORTED_TREES.features, reference.rows);
const sigmoid = (margin: number) => 1 / (1 + Math.exp(-margin));

function predictLinearPart(model: LinearModel, { columns, rows }: Frame): Float64Array {
  return Float64Array.from({ length: rows }, (_, row) =>
    columns.reduce((sum, column, place) => {
      const x = column[row] ?? Number.NaN;
      if (Number.isNaN(x)) return sum;
      const value = model.logged[place] === true ? Math.log1p(x) : x;
      const scaled = (value - (model.centers[place] ?? 0)) / (model.scales[place] ?? 1);
      return sum + (model.weights[place] ?? 0) * scaled;
    }, model.intercept),
  );
}

function calibrate(calibration: Calibration, margin: number): number {
  if (calibration.kind === 'none') return sigmoid(margin);
  if (calibration.kind === 'platt') return sigmoid(calibration.slope * margin + calibration.intercept);
  const { x, y } = calibration;
  const above = x.findIndex((knot) => knot > margin);
  if (above < 0) return y.at(-1) ?? 0;
  if (above === 0) return y[0] ?? 0;
  const [x0, x1, y0, y1] = [x[above - 1], x[above], y[above - 1], y[above]] as [
    number,
    number,
    number,
    number,
  ];
  return y0 + ((y1 - y0) * (margin - x0)) / (x1 - x0);
}

/** What we say ourselves. */
function predict({ trees, linear, calibration }: OnnxModel): Predictions {
  const parts = [
    trees === null ? null : predictMargins(trees, frame),
    linear === null ? null : predictLinearPart(linear, frame),
  ].filter((part) => part !== null);
  const margins = Array.from(
    { length: frame.rows },
    (_, row) => parts.reduce((sum, part) => sum + (part[row] ?? 0), 0) / parts.length,
  );
  return { margins, probabilities: margins.map((margin) => calibrate(calibration, margin)) };
}

function expectSame(actual: Predictions, expected: Predictions): void {
  expect(findLargestDifference(actual.margins, expected.margins)).toBeLessThanOrEqual(1e-12);
  expect(findLargestDifference(actual.probabilities, expected.probabilities)).toBeLessThanOrEqual(1e-12);
}

it.each([...buildTreeExports()])('%s is the file that was measured', (name, bytes) => {
  expect(Buffer.from(bytes).equals(readTreeBytes(name))).toBe(true);
});

it('LightGBM predicts from our file what we predict', () => {
  const margins = [...predictMargins(EXPORTED_TREES, frame)];
  expectSame({ margins, probabilities: margins.map(sigmoid) }, reference.lightgbm);
  expect(parseLightgbmText(readTreeFixture('exported.txt'))).toEqual(EXPORTED_TREES);
});

it.each(Object.entries(ONNX_MODELS))('onnxruntime predicts what we predict: %s', (name, model) => {
  expectSame(predict(model), reference.onnx[name] as Predictions);
});

it('the figures tell the models apart', () => {
  const all = Object.values(reference.onnx).map(({ probabilities }) => probabilities.join());
  expect(new Set(all).size).toBe(Object.keys(ONNX_MODELS).length);
  expect(new Set(reference.onnx['both']?.probabilities).size).toBeGreaterThan(20);
});

describe('what cannot be exported', () => {
  const { features } = EXPORTED_TREES;
  const plain: OnnxModel = { features, trees: EXPORTED_TREES, linear: null, calibration: { kind: 'none' } };
  const linear = ONNX_MODELS['linear']?.linear as LinearModel;
  it.each<readonly [string, Partial<OnnxModel>]>([
    ['neither trees nor a linear part', { trees: null }],
    ['a feature x7 that is not among', { features: features.slice(0, 7) }],
    ['knots of its calibration', { calibration: { kind: 'isotonic', x: [1, 1], y: [0.1, 0.2] } }],
    ['knots of its calibration', { calibration: { kind: 'isotonic', x: [], y: [] } }],
    ['7 weights for 8', { linear: { ...linear, weights: linear.weights.slice(1) } }],
  ])('%s', (words, change) => {
    expect(() => renderOnnx({ ...plain, ...change })).toThrow(words);
  });

  it('names LightGBM does not take', () => {
    const spaced = { ...EXPORTED_TREES, features: ['monthly users', ...features.slice(1)] };
    expect(() => renderLightgbmText(spaced)).toThrow('monthly users');
  });
});
