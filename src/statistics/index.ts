export { type BoostOptions, boostTrees } from './boost-trees.ts';
export { type Explanation, explainTrees } from './explain-trees.ts';
export { type Frame, selectRows } from './frame.ts';
export { parseLightgbmText } from './parse-lightgbm-text.ts';
export { predictMargin, predictMargins } from './predict-margins.ts';
export { renderLightgbmText } from './render-lightgbm-text.ts';
export type { Tree, TreeEnsemble } from './tree-ensemble.ts';
