import fs from 'node:fs';
import { TenureError } from '../base/index.ts';
import type { Engine, Row } from '../engines/index.ts';
import {
  type CustomerExplanation,
  type DriftReport,
  type ExportOptions,
  explainCustomer,
  exportModel,
  type FeatureExtractor,
  fetchDrift,
  fetchInputs,
  fetchModel,
  fetchModels,
  fetchRealised,
  findOutcome,
  type ModelCard,
  OUTCOMES,
  parseImported,
  type Realised,
  type StoredModel,
  type TableTraining,
  type TrainedTable,
  trainTable,
} from '../scoring/index.ts';
import type { TenureContext } from './context.ts';
import { openFeatureDesk, openFeatures } from './feature-desk.ts';
import { removeImportedModel, writeImportedModel } from './imported-models.ts';
import { readWarehouse } from './query.ts';

/** A model in the list. */
export interface ModelEntry {
  readonly model: string;
  readonly version: string;
  readonly champion: string;
  readonly trainedTo: string;
  readonly usableFrom: string;
  readonly usableTo: string | null;
  readonly rocAuc: number;
  readonly alarms: number;
}

export interface ExportRequest extends ExportOptions {
  /** The one in use now unless given. */
  readonly version?: string | undefined;
}

export interface ExportedModel {
  readonly model: string;
  readonly version: string;
  /** What the columns of the model are, in their order: `plan_tier=growth` is 1 where the plan is growth, else 0. */
  readonly inputs: readonly string[];
  readonly content: string | Uint8Array;
}

export interface ImportedFile {
  readonly model: string;
  /** Where it lies in the workspace. */
  readonly file: string;
  readonly inputs: readonly string[];
}

/** Models and scores of the last good warehouse. */
export interface ScoreVerbs {
  /** Every model, the newest days first. */
  list(): Promise<readonly ModelEntry[]>;
  /**
   * What was published about a model.
   *
   * @param version the one in use now unless given
   * @throws TenureError OUTCOME_UNKNOWN, MODEL_MISSING
   */
  card(name: string, version?: string): Promise<ModelCard>;
  /** How the models of the past did on what happened after them. */
  realised(name: string): Promise<readonly Realised[]>;
  /**
   * Whether the customers scored today are still like those that the model in use learned from.
   *
   * @throws TenureError OUTCOME_UNKNOWN, MODEL_MISSING
   *
   * @example
   * const { predictors } = await tenure.scores.drift('churn');
   * predictors.flatMap(({ alarm }) => alarm ?? []); // ['events_last_7d moved: its median fell from 9 to 4 …']
   */
  drift(name: string): Promise<DriftReport>;
  /**
   * A customer's score with the part every predictor has in it.
   *
   * @throws TenureError OUTCOME_UNKNOWN, SCORE_MISSING
   *
   * @example
   * const { probability, reasons } = await tenure.scores.explain('churn', 'a1');
   * reasons[0]; // { feature: 'events_last_30d', value: '12', contribution: 0.61, words: 'Usage fell 62 % …' }
   */
  explain(name: string, customerId: string): Promise<CustomerExplanation>;
  /**
   * A model as a file for other tools: JSON or LightGBM text, or the bytes of ONNX.
   *
   * @throws TenureError OUTCOME_UNKNOWN, MODEL_MISSING, MODEL_EXPORT_UNSUPPORTED
   *
   * @example
   * const { content, inputs } = await tenure.scores.export('churn', { format: 'onnx' });
   */
  export(name: string, options: ExportRequest): Promise<ExportedModel>;
  /**
   * Brings a model from outside into use: a LightGBM text model, or JSON of `export`. It is copied into the workspace and
   * scores from the day of the next build on; days before keep their models.
   *
   * @throws TenureError OUTCOME_UNKNOWN, LOAD_PATH_MISSING, MODEL_FILE_INVALID, MODEL_FEATURE_UNKNOWN,
   *   MODEL_IMPORT_INVALID, MODEL_IMPORT_UNSUPPORTED, WAREHOUSE_MISSING
   *
   * @example
   * await tenure.scores.import('churn', 'from-data-science.txt');
   * await tenure.build();
   */
  import(name: string, file: string): Promise<ImportedFile>;
  /** Takes a model from outside out again: from the next build on our own scores. Returns the files that are gone. */
  removeImport(name: string): Promise<readonly string[]>;
  /**
   * Trains a model on any table of the warehouse, or on a file that is read like one: `'data/renewals.parquet'` in quotes.
   *
   * @throws TenureError TRAINING_TABLE_INVALID, MODEL_NOT_TRAINABLE, QUERY_FAILED
   *
   * @example
   * const { model, card } = await tenure.scores.train({ table: 'renewals', label: 'was_renewed', day: 'due_on' });
   */
  train(training: TableTraining): Promise<TrainedTable>;
  /**
   * Looks up the features of one customer after another, about a millisecond each; close it when done.
   *
   * @throws TenureError OUTCOME_UNKNOWN, WAREHOUSE_MISSING
   *
   * @example
   * const features = await tenure.scores.openFeatures('churn');
   * await features.fetch('a1'); // { customer_id: 'a1', mrr: '1200.00', tenure_days: 412, … }
   */
  openFeatures(name: string): Promise<FeatureExtractor>;
  /**
   * The features of one customer; null for one that is not in the mart. Where the process serves the workspace, about a
   * millisecond.
   *
   * @throws TenureError OUTCOME_UNKNOWN, WAREHOUSE_MISSING
   */
  fetchFeatures(name: string, customerId: string): Promise<Row | null>;
}

function buildEntry(name: string, stored: StoredModel): ModelEntry {
  const { card, version, trainedTo, usableFrom, usableTo } = stored;
  return {
    model: name,
    version,
    champion: card.champion,
    trainedTo,
    usableFrom,
    usableTo,
    rocAuc: card.figures.rocAuc.value,
    alarms: card.alarms.length,
  };
}

async function importModel(
  { workspace }: TenureContext,
  engine: Engine,
  { name, file }: { readonly name: string; readonly file: string },
): Promise<ImportedFile> {
  const outcome = findOutcome(name);
  if (!fs.existsSync(file)) throw new TenureError('LOAD_PATH_MISSING', { path: file });
  const text = fs.readFileSync(file, 'utf8');
  const { inputs } = parseImported(text, outcome, await fetchInputs(engine, outcome));
  const written = writeImportedModel(workspace, outcome.name, text);
  return { model: outcome.name, file: written, inputs: inputs.map((input) => input.name) };
}

export function buildScoreVerbs(context: TenureContext): ScoreVerbs {
  const read = <T>(work: (engine: Engine) => Promise<T>): Promise<T> => readWarehouse(context, work);
  return {
    list: () =>
      read(async (engine) => {
        const entries: ModelEntry[] = [];
        for (const { name } of OUTCOMES) {
          const models = await fetchModels(engine, name);
          entries.push(...models.map((stored) => buildEntry(name, stored)).reverse());
        }
        return entries;
      }),
    card: (name, version) =>
      read(async (engine) => (await fetchModel(engine, findOutcome(name).name, version)).card),
    realised: (name) =>
      read(async (engine) => {
        const outcome = findOutcome(name);
        return fetchRealised(engine, outcome, await fetchModels(engine, outcome.name));
      }),
    drift: (name) => read((engine) => fetchDrift(engine, findOutcome(name))),
    export: (name, { version, ...options }) =>
      read(async (engine) => {
        const stored = await fetchModel(engine, findOutcome(name).name, version);
        const inputs = stored.model.inputs.map((input) => input.name);
        return { model: name, version: stored.version, inputs, content: exportModel(stored.model, options) };
      }),
    import: (name, file) => read((engine) => importModel(context, engine, { name, file })),
    removeImport: async (name) => removeImportedModel(context.workspace, findOutcome(name).name),
    train: (training) => read((engine) => trainTable(engine, training)),
    openFeatures: (name) => openFeatures(context.storage, name),
    fetchFeatures: async (name, customerId) => {
      const desk = context.shared?.features ?? openFeatureDesk(context.storage);
      try {
        return await desk.fetch(name, customerId);
      } finally {
        if (desk !== context.shared?.features) await desk.close();
      }
    },
    explain: (name, customerId) => read((engine) => explainCustomer(engine, findOutcome(name), customerId)),
  };
}
