import { createHash } from 'node:crypto';
import { type Engine, lookAtRows } from '../engines/index.ts';
import type { TierRule } from './capacity-tiers.ts';
import { buildInputs, encodeColumns } from './design-matrix.ts';
import { explainRows } from './explain-rows.ts';
import { judgeImported, parseImported } from './imported-model.ts';
import {
  cutImported,
  type ImportedSpans,
  listImportedDays,
  type ModelFile,
  planImported,
} from './imported-spans.ts';
import { buildStoredModel, fetchModels, type StoredModel, writeModels } from './models-store.ts';
import { OUTCOMES, type Outcome, type OutcomeName } from './predictors.ts';
import {
  deleteStaleScores,
  fetchFirstDay,
  fetchUsageChanges,
  type ScoringRelations,
  writeReasons,
  writeScores,
} from './scores-store.ts';
import type { ScoringModel } from './scoring-model.ts';
import { scoringTable } from './scoring-tables-store.ts';
import { type FetchedTable, fetchCandidates, fetchKnownSnapshots, hashRows } from './snapshots-store.ts';
import { type Fits, findShortage, type TrainingPlan, type TrainingSet, trainModel } from './train-model.ts';
import { buildTimeSplit, hashKey, numberDay, type TrainingSplit } from './training-split.ts';
import { listVintages, type Vintage } from './vintages.ts';

const NO_SNAPSHOT = 'there is no snapshot whose 90 days are over';

/** Changes whenever the same rows would give another model, or another card. */
const PROCEDURE = 3;

export interface ScoreRequest {
  readonly relations: ScoringRelations;
  readonly asOf: string;
  /** The day of the build this one goes on from; null when all is new. */
  readonly continuesFrom: string | null;
  readonly lifts: TierRule;
  /** Models from outside that lie in the workspace. */
  readonly imported?: ReadonlyMap<string, ModelFile> | undefined;
  /** Called before each model is trained, which waits for it; what it throws ends the step. */
  readonly onTrain?: ((name: OutcomeName, trainedTo: string) => Promise<void>) | undefined;
}

/** What came of one outcome. */
export interface OutcomeReport {
  readonly name: OutcomeName;
  readonly models: readonly StoredModel[];
  /** Models that had to be trained; the others were known already. */
  readonly trained: number;
  /** Why the newest days have no model; null when they have one. */
  readonly shortage: string | null;
  readonly scored: number;
}

export interface ScoreReport {
  readonly outcomes: readonly OutcomeReport[];
  /** True when days that were scored before have another model now, for every customer. */
  readonly isPastChanged: boolean;
}

/** Snapshots with a known outcome, and what is needed to tell one set of them from another. */
interface Snapshots {
  readonly table: FetchedTable;
  readonly days: readonly string[];
  readonly labels: Uint8Array;
  readonly keys: { readonly days: Int32Array; readonly groups: Int32Array };
  /** By day, a hash of all rows up to it. */
  readonly hashes: ReadonlyMap<string, string>;
}

async function fetchSnapshots(engine: Engine, outcome: Outcome, request: ScoreRequest): Promise<Snapshots> {
  const table = await fetchKnownSnapshots(engine, outcome, { relation: request.relations.snapshots });
  const ends = new Map(table.days.map((day, row) => [day, row + 1]));
  const hashes = new Map<string, string>();
  let [first, before] = [0, ''];
  for (const [day, end] of ends) {
    before = createHash('sha256')
      .update(before)
      .update(hashRows(table, first, end))
      .digest('hex');
    hashes.set(day, before);
    first = end;
  }
  return {
    table,
    days: [...ends.keys()],
    labels: Uint8Array.from(table.numbers.get(outcome.label) as Float64Array),
    keys: {
      days: Int32Array.from(table.days, numberDay),
      groups: Int32Array.from(table.customers, hashKey),
    },
    hashes,
  };
}

function buildFingerprint(outcome: Outcome, lifts: TierRule, rows: string): string {
  return createHash('sha256')
    .update(JSON.stringify([PROCEDURE, outcome, lifts]))
    .update(rows)
    .digest('hex');
}

/** The rows of a vintage, encoded by the levels that were known then. */
function buildTrainingSet(outcome: Outcome, snapshots: Snapshots, vintage: Vintage): TrainingSet {
  const { table, labels, keys } = snapshots;
  const end = table.days.findIndex((day) => day > vintage.trainedTo);
  const rows = end < 0 ? table.rows : end;
  const columns = {
    rows,
    texts: new Map([...table.texts].map(([name, values]) => [name, values.slice(0, rows)])),
    numbers: new Map([...table.numbers].map(([name, values]) => [name, values.subarray(0, rows)])),
  };
  const inputs = buildInputs(outcome.predictors, columns);
  return {
    inputs,
    frame: encodeColumns(inputs, columns),
    labels: labels.subarray(0, rows),
    groups: keys.groups.subarray(0, rows),
    dayOf: (row) => table.days[row] as string,
    dates: new Map([['metric_date', keys.days.subarray(0, rows)]]),
    amounts: columns.numbers.get('mrr') ?? null,
  };
}

function buildSplit({ keys }: Snapshots, set: TrainingSet, { trainedTo }: Vintage): TrainingSplit {
  const days = keys.days.subarray(0, set.labels.length);
  return buildTimeSplit({ days, groups: set.groups }, numberDay(trainedTo));
}

/** The candidates of the first day of a model, where tiers go by capacity. */
interface FirstDay {
  readonly day: FetchedTable | null;
}

/** The model from outside with its days, measured on the newest snapshots that were known when it came; or why it is of no use. */
function openImported(
  outcome: Outcome,
  snapshots: Snapshots,
  { current, lifts, day }: Pick<ImportedSpans, 'current'> & Pick<ScoreRequest, 'lifts'> & FirstDay,
): StoredModel | string | null {
  if (current === null || current.stored !== null) return current?.stored ?? null;
  const { file, fingerprint, from } = current;
  const newest = listVintages(snapshots.days, { from, asOf: from }).at(-1);
  if (newest === undefined) return NO_SNAPSHOT;
  const set = buildTrainingSet(outcome, snapshots, newest);
  const split = buildSplit(snapshots, set, newest);
  const shortage = findShortage(set, split);
  if (shortage !== null) return shortage;
  const parts = parseImported(file.text, outcome, set.inputs);
  const firstDay = day === null ? undefined : encodeColumns(set.inputs, day);
  const judged = judgeImported(parts, set, { outcome, split, lifts, file: file.name, firstDay });
  return buildStoredModel({ ...newest, usableFrom: from }, { ...judged, fingerprint });
}

interface OpenRequest extends FirstDay {
  readonly vintage: Vintage;
  readonly request: ScoreRequest;
  readonly known: readonly StoredModel[];
  readonly fits: Fits;
}

/** The model of a vintage: the known one where it was learned from the same rows, else a new one; or why there is none. */
async function openModel(
  outcome: Outcome,
  snapshots: Snapshots,
  { vintage, request, known, fits, day }: OpenRequest,
): Promise<{ readonly stored: StoredModel; readonly isNew: boolean } | string> {
  const rows = `${snapshots.hashes.get(vintage.trainedTo)}${day === null ? '' : hashRows(day, 0, day.rows)}`;
  const fingerprint = buildFingerprint(outcome, request.lifts, rows);
  const found = known.find((model) => model.fingerprint === fingerprint);
  if (found !== undefined) return { stored: { ...found, ...vintage }, isNew: false };
  const set = buildTrainingSet(outcome, snapshots, vintage);
  const split = buildSplit(snapshots, set, vintage);
  const shortage = findShortage(set, split);
  if (shortage !== null) return shortage;
  await request.onTrain?.(outcome.name, vintage.trainedTo);
  const { name, predictors, doubtful } = outcome;
  const firstDay = day === null ? undefined : encodeColumns(set.inputs, day);
  const plan: TrainingPlan = { name, predictors, doubtful, split, lifts: request.lifts, firstDay, fits };
  return { stored: buildStoredModel(vintage, { ...trainModel(set, plan), fingerprint }), isNew: true };
}

/** True when a day that was looked at before is scored by another model than it was then, or by none any more. */
function isChanged(before: readonly StoredModel[], after: readonly StoredModel[], lastDay: string): boolean {
  const [old, now] = [before, after].map(
    (models) => new Map(models.map(({ usableFrom, version }) => [usableFrom, version])),
  ) as [Map<string, string>, Map<string, string>];
  const first = after[0]?.usableFrom ?? '';
  return [...new Set([...old.keys(), ...now.keys()])].some(
    (day) => day >= first && day <= lastDay && old.get(day) !== now.get(day),
  );
}

async function explainToday(
  engine: Engine,
  { outcome, model }: { readonly outcome: Outcome; readonly model: ScoringModel },
  { relations, asOf }: ScoreRequest,
): Promise<void> {
  const table = await fetchCandidates(engine, outcome, { relation: relations.predictors, day: asOf });
  const changes = await fetchUsageChanges(engine, relations);
  const explained = explainRows(model, table, (row) => ({
    usageChange: changes.get(table.customers[row] as string) ?? null,
  }));
  const rows = explained.map(({ reasons }, row) => ({
    customerId: table.customers[row] as string,
    day: table.days[row] as string,
    reasons,
  }));
  await writeReasons(engine, outcome.name, rows);
}

interface ScoredOutcome extends OutcomeReport {
  readonly isPastChanged: boolean;
}

async function scoreOutcome(engine: Engine, outcome: Outcome, request: ScoreRequest): Promise<ScoredOutcome> {
  const { relations, asOf, continuesFrom } = request;
  const { name } = outcome;
  const from = (await fetchFirstDay(engine, relations)) ?? asOf;
  const snapshots = await fetchSnapshots(engine, outcome, request);
  const known = await fetchModels(engine, name);
  const spans = planImported(known, request.imported?.get(name), request);
  const own: StoredModel[] = [];
  const fits: Fits = new Map();
  let [trained, shortage]: [number, string | null] = [0, NO_SNAPSHOT];
  const days = listImportedDays(spans);
  const vintages = listVintages(snapshots.days, { from, asOf });
  const fetchFirst = async (day: string): Promise<FetchedTable | null> =>
    request.lifts.capacity === undefined
      ? null
      : fetchCandidates(engine, outcome, { relation: relations.predictors, day: day < from ? from : day });
  for (const vintage of vintages.filter((one) => cutImported([one], days).length > 0)) {
    const opened = await openModel(outcome, snapshots, {
      ...{ vintage, request, known, fits },
      day: await fetchFirst(vintage.usableFrom),
    });
    shortage = typeof opened === 'string' ? opened : null;
    if (typeof opened === 'string') continue;
    own.push(opened.stored);
    if (opened.isNew) trained += 1;
  }
  const imported = openImported(outcome, snapshots, {
    current: spans.current,
    lifts: request.lifts,
    day: spans.current && (await fetchFirst(spans.current.from)),
  });
  if (imported !== null) shortage = typeof imported === 'string' ? imported : null;
  const kept = spans.past.filter(({ usableTo }) => usableTo === null || usableTo >= from);
  const others = [...kept, ...(imported === null || typeof imported === 'string' ? [] : [imported])];
  const models = [...cutImported(own, others), ...others].sort((left, right) =>
    left.usableFrom < right.usableFrom ? -1 : 1,
  );
  await writeModels(engine, name, models);
  await deleteStaleScores(engine, relations, { name, from, models });
  let scored = 0;
  for (const stored of models) scored += await writeScores(engine, relations, { outcome, stored });
  const newest = models.at(-1);
  if (newest !== undefined && newest.usableTo === null)
    await explainToday(engine, { outcome, model: newest.model }, request);
  else await writeReasons(engine, name, []);
  const isPastChanged = continuesFrom !== null && isChanged(known, models, continuesFrom);
  return { name, models, trained, shortage, scored, isPastChanged };
}

/**
 * The score step of a build: for every month of the history it trains the models that could have been trained then, or takes
 * them from the last build where they would come out the same, and scores with each the days until the next. Customers are
 * scored inside the engine, by the models compiled to SQL; today's scores get their reasons.
 *
 * The tables are there already (`createScoringTables`). Deterministic: the same predictors give the same models and scores, whether all is new or one day was added.
 */
export async function scoreWarehouse(engine: Engine, request: ScoreRequest): Promise<ScoreReport> {
  const outcomes: ScoredOutcome[] = [];
  for (const outcome of OUTCOMES) outcomes.push(await scoreOutcome(engine, outcome, request));
  for (const name of ['models', 'scores', 'reasons'] as const)
    await lookAtRows(engine, scoringTable(engine, name));
  return { outcomes, isPastChanged: outcomes.some(({ isPastChanged }) => isPastChanged) };
}
