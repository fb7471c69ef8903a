import { TenureError } from '../base/index.ts';
import type { Tree, TreeEnsemble } from './tree-ensemble.ts';

/** Decision types: a split on numbers where NaN is missing, and what is missing goes right or left. */
const [MISSING_RIGHT, MISSING_LEFT] = [8, 10];

function renderNumber(value: number): string {
  return Object.is(value, -0) ? '-0' : String(value);
}

function renderList(name: string, values: readonly number[]): string {
  return `${name}=${values.map(renderNumber).join(' ')}`;
}

function renderTree(tree: Tree, number: number): string {
  const decisions = tree.missingLeft.map((isLeft) => (isLeft ? MISSING_LEFT : MISSING_RIGHT));
  const splits =
    tree.feature.length === 0
      ? []
      : [
          renderList('split_feature', tree.feature),
          renderList('split_gain', tree.gain),
          renderList('threshold', tree.threshold),
          renderList('decision_type', decisions),
          renderList('left_child', tree.left),
          renderList('right_child', tree.right),
        ];
  const inner =
    tree.feature.length === 0
      ? []
      : [renderList('internal_value', tree.splitValue), renderList('internal_count', tree.splitCover)];
  return [
    `Tree=${number}`,
    `num_leaves=${tree.leafValue.length}`,
    'num_cat=0',
    ...splits,
    renderList('leaf_value', tree.leafValue),
    renderList('leaf_count', tree.leafCover),
    ...inner,
    'is_linear=0',
    'shrinkage=1',
    '\n',
  ].join('\n');
}

function assertNames(features: readonly string[]): void {
  const spaced = features.find((name) => name === '' || /[\s"\\,:[\]{}]/.test(name));
  if (spaced === undefined && features.length > 0) return;
  const problem = spaced === undefined ? 'it has no features' : `the name of the feature "${spaced}"`;
  throw new TenureError('MODEL_EXPORT_UNSUPPORTED', { format: 'LightGBM text', problem });
}

/**
 * Writes trees as a LightGBM text model, which `lightgbm.Booster(model_file=…)` loads and which predicts the same margins. The
 * bias stands in a first tree of one leaf; {@link parseLightgbmText} of the result gives the same ensemble.
 *
 * @throws MODEL_EXPORT_UNSUPPORTED when a feature has a name LightGBM does not take: with spaces or the signs of JSON.
 * @example
 * await fs.promises.writeFile('model.txt', renderLightgbmText(ensemble));
 */
export function renderLightgbmText(ensemble: TreeEnsemble): string {
  const { features, bias, trees } = ensemble;
  assertNames(features);
  const empty = { feature: [], threshold: [], missingLeft: [], left: [], right: [], gain: [] };
  const biasTree = { ...empty, splitValue: [], splitCover: [], leafValue: [bias], leafCover: [0] };
  const blocks = [biasTree, ...trees].map(renderTree);
  const encoder = new TextEncoder();
  return [
    'tree',
    'version=v4',
    'num_class=1',
    'num_tree_per_iteration=1',
    'label_index=0',
    `max_feature_idx=${features.length - 1}`,
    'objective=binary sigmoid:1',
    'bias_tree=1',
    `feature_names=${features.join(' ')}`,
    `feature_infos=${features.map(() => 'none').join(' ')}`,
    `tree_sizes=${blocks.map((block) => encoder.encode(block).length).join(' ')}`,
    '',
    `${blocks.join('')}end of trees`,
    '',
  ].join('\n');
}
