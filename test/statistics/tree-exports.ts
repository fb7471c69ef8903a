import { boostTrees, type OnnxModel, renderLightgbmText, renderOnnx } from '../../src/statistics/index.ts';
import { buildFormulaData } from './formula-data.ts';

const { frame, labels } = buildFormulaData({ seed: 21, rows: 2000, threshold: 0.3, missing: 0.2 });
const trees = boostTrees(frame, labels, {
  trees: 10,
  learningRate: 0.2,
  depth: 4,
  minLeafRows: 20,
  minLeafHessian: 1e-3,
  l2: 1,
  monotone: [1, 0, 0, 0, 1, -1, 1, 0],
});
const linear = {
  intercept: -0.37,
  weights: [1.1, 0.2, -0.15, 0.4, 0.3, -0.8, 0.25, 0],
  centers: [0.01, -0.02, 0, 0.3, 1.4, 1.7, 0.3, 0.5],
  scales: [0.58, 0.57, 0.6, 0.55, 0.7, 0.9, 0.46, 1],
  logged: [false, false, false, false, true, true, false, false],
};
const isotonic = {
  kind: 'isotonic',
  x: [-3.1, -1.2, -0.4, 0.1, 0.10001, 1.5, 2.2],
  y: [0.01, 0.08, 0.2, 0.3, 0.45, 0.7, 0.96],
} as const;
const { features } = trees;

/** The models whose export other programs have been asked about. */
export const ONNX_MODELS: Readonly<Record<string, OnnxModel>> = {
  trees: { features, trees, linear: null, calibration: { kind: 'none' } },
  linear: { features, trees: null, linear, calibration: { kind: 'platt', slope: 0.83, intercept: -0.12 } },
  both: { features, trees, linear, calibration: isotonic },
  // Columns in another order than the trees have them, one knot, and no tree at all.
  turned: {
    features: [...features].reverse(),
    trees,
    linear: null,
    calibration: { kind: 'platt', slope: 1.2, intercept: 0.4 },
  },
  level: {
    features,
    trees: { features, bias: -0.7, trees: [] },
    linear: null,
    calibration: { kind: 'isotonic', x: [0.5], y: [0.25] },
  },
};

/** Every file we export for the reference scripts to read. */
export function buildTreeExports(): ReadonlyMap<string, Uint8Array> {
  return new Map([
    ['exported.txt', new TextEncoder().encode(renderLightgbmText(trees))],
    ...Object.entries(ONNX_MODELS).map(
      ([name, model]) => [`exported-${name}.onnx`, renderOnnx(model)] as const,
    ),
  ]);
}

/** The trees in `exported.txt`. */
export const EXPORTED_TREES = trees;
