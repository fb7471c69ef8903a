import { TenureError } from '../base/index.ts';
import type { Calibration } from './calibration.ts';
import type { LinearModel } from './linear-model.ts';
import { type OnnxNode, type OnnxTensor, renderOnnxGraph } from './onnx-graph.ts';
import type { Tree, TreeEnsemble } from './tree-ensemble.ts';

/**
 * A whole scoring model: trees, a linear model, or the mean of the margins of both; then the calibration. The linear model's
 * weights stand in the order of `features`; the trees find theirs by name.
 */
export interface OnnxModel {
  readonly features: readonly string[];
  readonly trees: TreeEnsemble | null;
  readonly linear: LinearModel | null;
  readonly calibration: Calibration;
  /** What a reader of the file may want to know, by name. */
  readonly metadata?: Readonly<Record<string, string>> | undefined;
}

/** Nodes, and the constants they read. */
interface Piece {
  readonly nodes: readonly OnnxNode[];
  readonly constants: Readonly<Record<string, OnnxTensor>>;
}

/** The operator set of trees that reckon in doubles: those before it give single precision. */
const TREE_OPERATORS = 'ai.onnx.ml';

function refuse(problem: string): never {
  throw new TenureError('MODEL_EXPORT_UNSUPPORTED', { format: 'ONNX', problem });
}

function buildDoubles(values: readonly number[], shape: readonly number[] = [values.length]): OnnxTensor {
  return { kind: 'double', shape, values };
}

/** A step of the graph, for those that only read and name. */
function buildStep(operation: string, output: string, inputs: readonly string[]): OnnxNode {
  return { operation, inputs, output };
}

/** ONNX has no tree of one leaf: a split with the same leaf on either side says the same. */
function splitSingleLeaf(tree: Tree): Tree {
  const [value = 0, cover = 0] = [tree.leafValue[0], tree.leafCover[0]];
  if (tree.feature.length > 0) return tree;
  return {
    feature: [0],
    threshold: [0],
    missingLeft: [true],
    left: [~0],
    right: [~1],
    gain: [0],
    splitValue: [value],
    splitCover: [cover],
    leafValue: [value, value],
    leafCover: [cover, 0],
  };
}

/** The attributes of the operator TreeEnsemble (ai.onnx.ml 5): all nodes and all leaves of all trees, one after the other. */
function buildTreeAttributes(trees: readonly Tree[], places: readonly number[]) {
  const [roots, leaves] = [[0], [0]];
  for (const [number, tree] of trees.slice(0, -1).entries()) {
    roots.push((roots[number] ?? 0) + tree.feature.length);
    leaves.push((leaves[number] ?? 0) + tree.leafValue.length);
  }
  const listChildren = (side: 'left' | 'right') =>
    trees.flatMap((tree, number) =>
      tree[side].map((child) => (child < 0 ? (leaves[number] ?? 0) + ~child : (roots[number] ?? 0) + child)),
    );
  const listLeafMarks = (side: 'left' | 'right') =>
    trees.flatMap((tree) => tree[side].map((child) => (child < 0 ? 1 : 0)));
  const thresholds = trees.flatMap((tree) => tree.threshold);
  const weights = trees.flatMap((tree) => tree.leafValue);
  return {
    n_targets: 1,
    aggregate_function: 1, // the sum
    post_transform: 0, // none
    tree_roots: roots,
    nodes_featureids: trees.flatMap((tree) => tree.feature.map((feature) => places[feature] ?? 0)),
    nodes_splits: buildDoubles(thresholds),
    nodes_modes: { kind: 'byte', shape: [thresholds.length], values: thresholds.map(() => 0) } as const, // x <= split
    nodes_truenodeids: listChildren('left'),
    nodes_trueleafs: listLeafMarks('left'),
    nodes_falsenodeids: listChildren('right'),
    nodes_falseleafs: listLeafMarks('right'),
    nodes_missing_value_tracks_true: trees.flatMap((tree) =>
      tree.missingLeft.map((isLeft) => (isLeft ? 1 : 0)),
    ),
    leaf_targetids: weights.map(() => 0),
    leaf_weights: buildDoubles(weights),
  };
}

function buildTrees(ensemble: TreeEnsemble, features: readonly string[], output: string): Piece {
  const places = ensemble.features.map((feature) => features.indexOf(feature));
  const unknown = ensemble.features[places.indexOf(-1)];
  if (unknown !== undefined) refuse(`its trees read a feature ${unknown} that is not among its features`);
  const nothing = { feature: [], threshold: [], missingLeft: [], left: [], right: [], gain: [] };
  const none: Tree = { ...nothing, splitValue: [], splitCover: [], leafValue: [0], leafCover: [0] };
  const trees = (ensemble.trees.length > 0 ? ensemble.trees : [none]).map(splitSingleLeaf);
  return {
    nodes: [
      {
        operation: 'TreeEnsemble',
        domain: TREE_OPERATORS,
        inputs: ['features'],
        output: 'leaves',
        attributes: buildTreeAttributes(trees, places),
      },
      buildStep('Add', output, ['leaves', 'bias']),
    ],
    constants: { bias: buildDoubles([ensemble.bias]) },
  };
}

function buildLinear(model: LinearModel, features: readonly string[], output: string): Piece {
  const count = features.length;
  if (model.weights.length !== count) refuse(`${model.weights.length} weights for ${count} features`);
  const isLogged = model.logged.includes(true);
  const logging = isLogged
    ? [
        buildStep('Add', 'above_one', ['features', 'one']),
        buildStep('Log', 'logs', ['above_one']),
        buildStep('Where', 'values', ['logged', 'logs', 'features']),
      ]
    : [buildStep('Identity', 'values', ['features'])];
  const loggedConstants: Record<string, OnnxTensor> = {
    one: buildDoubles([1]),
    logged: { kind: 'bool', shape: [count], values: model.logged.map((flag) => (flag ? 1 : 0)) },
  };
  return {
    nodes: [
      ...logging,
      buildStep('Sub', 'centered', ['values', 'centers']),
      buildStep('Div', 'scaled', ['centered', 'scales']),
      buildStep('IsNaN', 'is_missing', ['features']),
      buildStep('Where', 'terms', ['is_missing', 'nothing', 'scaled']),
      buildStep('MatMul', 'products', ['terms', 'weights']),
      buildStep('Add', output, ['products', 'intercept']),
    ],
    constants: {
      ...(isLogged ? loggedConstants : {}),
      centers: buildDoubles(model.centers),
      scales: buildDoubles(model.scales),
      nothing: buildDoubles([0]),
      weights: buildDoubles(model.weights, [count, 1]),
      intercept: buildDoubles([model.intercept]),
    },
  };
}

/** The margin of the whole model. */
function buildMargin({ trees, linear, features }: OnnxModel): Piece {
  if (trees !== null && linear !== null) {
    const [first, second] = [
      buildTrees(trees, features, 'tree_margin'),
      buildLinear(linear, features, 'linear_margin'),
    ];
    return {
      nodes: [
        ...first.nodes,
        ...second.nodes,
        buildStep('Add', 'both', ['tree_margin', 'linear_margin']),
        buildStep('Mul', 'margin', ['both', 'half']),
      ],
      constants: { ...first.constants, ...second.constants, half: buildDoubles([0.5]) },
    };
  }
  if (trees !== null) return buildTrees(trees, features, 'margin');
  return linear === null
    ? refuse('it has neither trees nor a linear part')
    : buildLinear(linear, features, 'margin');
}

/** The line through knots: what the margin covers of each stretch, times its slope, on top of the first knot. */
function buildKnots(x: readonly number[], y: readonly number[]): Piece {
  const isRising = x.every((knot, place) => place === 0 || knot > (x[place - 1] ?? knot));
  if (x.length === 0 || x.length !== y.length || !isRising)
    refuse('the knots of its calibration do not rise');
  // One knot alone is a level line: a stretch of no length.
  const starts = x.length === 1 ? x : x.slice(0, -1);
  const ends = x.length === 1 ? x : x.slice(1);
  const slopes = starts.map((start, place) => {
    const length = (ends[place] ?? start) - start;
    return length === 0 ? 0 : ((y[place + 1] ?? 0) - (y[place] ?? 0)) / length;
  });
  return {
    nodes: [
      buildStep('Max', 'from_start', ['margin', 'starts']),
      buildStep('Min', 'to_end', ['from_start', 'ends']),
      buildStep('Sub', 'covered', ['to_end', 'starts']),
      buildStep('MatMul', 'risen', ['covered', 'slopes']),
      buildStep('Add', 'probability', ['risen', 'lowest']),
    ],
    constants: {
      starts: buildDoubles(starts, [1, starts.length]),
      ends: buildDoubles(ends, [1, ends.length]),
      slopes: buildDoubles(slopes, [slopes.length, 1]),
      lowest: buildDoubles([y[0] ?? 0]),
    },
  };
}

function buildProbability(calibration: Calibration): Piece {
  if (calibration.kind === 'isotonic') return buildKnots(calibration.x, calibration.y);
  if (calibration.kind === 'none')
    return { nodes: [buildStep('Sigmoid', 'probability', ['margin'])], constants: {} };
  return {
    nodes: [
      buildStep('Mul', 'sloped', ['margin', 'slope']),
      buildStep('Add', 'calibrated', ['sloped', 'shift']),
      buildStep('Sigmoid', 'probability', ['calibrated']),
    ],
    constants: { slope: buildDoubles([calibration.slope]), shift: buildDoubles([calibration.intercept]) },
  };
}

/**
 * Writes a whole scoring model as ONNX. Input `features` [rows, features] of doubles, NaN where a value is missing; outputs
 * `probability` and `margin` (log-odds before the calibration), each [rows, 1] of doubles. All of it is reckoned in double
 * precision, which takes the operator TreeEnsemble of ai.onnx.ml 5 (ONNX 1.16). The same model gives the same bytes.
 *
 * @throws MODEL_EXPORT_UNSUPPORTED when the parts of the model do not fit together.
 * @example
 * await fs.promises.writeFile('churn.onnx', renderOnnx({ features, trees, linear: null, calibration: { kind: 'none' } }));
 */
export function renderOnnx(model: OnnxModel): Uint8Array {
  const [margin, probability] = [buildMargin(model), buildProbability(model.calibration)];
  return renderOnnxGraph({
    name: 'tenure',
    constants: { ...margin.constants, ...probability.constants },
    nodes: [...margin.nodes, ...probability.nodes],
    input: ['features', model.features.length],
    outputs: [
      ['probability', 1],
      ['margin', 1],
    ],
    metadata: model.metadata,
    operators: { '': 17, [TREE_OPERATORS]: 5 },
  });
}
