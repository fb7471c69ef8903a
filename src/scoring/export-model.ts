import { TenureError } from '../base/index.ts';
import { renderLightgbmText, renderOnnx, type TreeEnsemble } from '../statistics/index.ts';
import { hashModel, type ScoringModel } from './scoring-model.ts';

export const EXPORT_FORMATS = ['json', 'lightgbm', 'onnx'] as const;
export type ExportFormat = (typeof EXPORT_FORMATS)[number];

export const EXPORT_PARTS = ['model', 'trees'] as const;
export type ExportPart = (typeof EXPORT_PARTS)[number];

export interface ExportOptions {
  readonly format: ExportFormat;
  /** `trees`: the trees alone, without linear part and calibration. The whole `model` unless given. */
  readonly part?: ExportPart | undefined;
}

function refuse(problem: string): never {
  throw new TenureError('MODEL_EXPORT_UNSUPPORTED', { format: 'LightGBM text', problem });
}

/** An input's name as LightGBM takes it: without the signs of JSON and spaces, which become `_`. */
export function renderFeatureName(name: string): string {
  return name.replace(/[\s"\\,:[\]{}]/g, '_');
}

/** Trees whose margins are slope × margin + intercept of those of others. */
function scaleTrees({ features, bias, trees }: TreeEnsemble, slope: number, intercept: number): TreeEnsemble {
  const scale = (values: readonly number[]): readonly number[] => values.map((value) => slope * value);
  return {
    features,
    bias: slope * bias + intercept,
    trees: trees.map((tree) => ({
      ...tree,
      leafValue: scale(tree.leafValue),
      splitValue: scale(tree.splitValue),
    })),
  };
}

/** The model as trees that say the same. Platt's calibration is a line through margins, so it goes into the leaves. */
function foldTrees({ linear, trees, calibration }: ScoringModel): TreeEnsemble {
  if (trees === null) return refuse('it is a regression without trees, and LightGBM holds trees only');
  if (linear !== null)
    return refuse('it is the mean of a regression and trees, and LightGBM holds trees only');
  if (calibration.kind === 'isotonic')
    return refuse('its isotonic calibration has steps, and LightGBM holds trees only');
  return calibration.kind === 'none' ? trees : scaleTrees(trees, calibration.slope, calibration.intercept);
}

function renderTreeText(ensemble: TreeEnsemble): string {
  const features = ensemble.features.map(renderFeatureName);
  const twice = features.find((name, place) => features.indexOf(name) !== place);
  if (twice !== undefined) refuse(`two of its inputs would both be called ${twice}`);
  return renderLightgbmText({ ...ensemble, features });
}

function selectTrees(model: ScoringModel): ScoringModel {
  if (model.trees === null)
    throw new TenureError('MODEL_EXPORT_UNSUPPORTED', {
      format: 'trees',
      problem: 'it is a regression without trees',
    });
  return { ...model, linear: null, calibration: { kind: 'none' } };
}

/**
 * A model as a file for other tools.
 *
 * - `json`: the model as it is, which `tenure score import` reads.
 * - `lightgbm`: a LightGBM text model, where trees can say all of it: not with a linear part or an isotonic calibration.
 * - `onnx`: all of every model, in double precision. Its metadata name the inputs, in the order of the columns of `features`.
 *
 * @throws TenureError MODEL_EXPORT_UNSUPPORTED
 *
 * @example
 * fs.writeFileSync('churn.onnx', exportModel(model, { format: 'onnx' }));
 */
export function exportModel(model: ScoringModel, { format, part }: ExportOptions): string | Uint8Array {
  const exported = part === 'trees' ? selectTrees(model) : model;
  if (format === 'json') return `${JSON.stringify(exported)}\n`;
  if (format === 'lightgbm') return renderTreeText(foldTrees(exported));
  const { inputs, trees, linear, calibration, name } = exported;
  const features = inputs.map((input) => input.name);
  const metadata = { name, version: hashModel(exported), features: JSON.stringify(features) };
  return renderOnnx({ features, trees, linear, calibration, metadata });
}
