import type { Engine } from '../engines/index.ts';
import { encodeColumns } from './design-matrix.ts';
import { type Drift, type DriftSample, measureDrift } from './drift.ts';
import { fetchModel } from './models-store.ts';
import type { Outcome } from './predictors.ts';
import type { ModelInput } from './scoring-model.ts';
import { type FetchedTable, fetchCandidates, fetchKnownSnapshots } from './snapshots-store.ts';
import { hashKey } from './training-split.ts';

/** The customers of today held against the snapshots that the model in use was fitted on. */
export interface DriftReport {
  readonly model: string;
  readonly version: string;
  readonly trainedTo: string;
  readonly asOf: string;
  /** Snapshots that the model was fitted on, and customers of today. */
  readonly rows: { readonly reference: number; readonly current: number };
  readonly predictors: readonly Drift[];
}

function buildSample(inputs: readonly ModelInput[], table: FetchedTable): DriftSample {
  return { frame: encodeColumns(inputs, table), groups: Int32Array.from(table.customers, hashKey) };
}

/**
 * Measures whether the customers that are scored today are still like those the model learned from.
 *
 * @throws TenureError MODEL_MISSING
 */
export async function fetchDrift(engine: Engine, outcome: Outcome): Promise<DriftReport> {
  const { model, version, trainedTo } = await fetchModel(engine, outcome.name);
  const [latest] = await engine.query(
    'select cast(max(metric_date) as varchar) as as_of from int_customer_predictor_days',
  );
  const asOf = String(latest?.['as_of']);
  const reference = await fetchKnownSnapshots(engine, outcome, {
    relation: 'int_training_snapshots',
    until: trainedTo,
  });
  const current = await fetchCandidates(engine, outcome, {
    relation: 'int_customer_predictor_days',
    day: asOf,
  });
  const [before, now] = [buildSample(model.inputs, reference), buildSample(model.inputs, current)];
  return {
    model: outcome.name,
    version,
    trainedTo,
    asOf,
    rows: { reference: reference.rows, current: current.rows },
    predictors: measureDrift({ predictors: outcome.predictors, inputs: model.inputs }, before, now),
  };
}
