import { quoteIdentifier, TenureError } from '../base/index.ts';
import { type ColumnInfo, type Engine, nameCommonTypes } from '../engines/index.ts';
import { buildInputs, encodeColumns } from './design-matrix.ts';
import type { Predictor } from './predictors.ts';
import { type FetchedTable, fetchTable } from './snapshots-store.ts';
import { DEFAULT_LIFTS, type TrainedModel, type TrainingSet, trainModel } from './train-model.ts';
import { buildGroupSplit, buildTimeSplit, hashKey, numberDay } from './training-split.ts';

/** A table of one's own to learn from. */
export interface TableTraining {
  /** A table, view, or query in parentheses with an alias. */
  readonly table: string;
  /** Booleans, or 0 and 1; rows where it is NULL are left out. */
  readonly label: string;
  /** Whom a row is of: rows of one group are tested, and drawn, together. Every row for itself when left out. */
  readonly group?: string | undefined;
  /** The date of a row: tested is on the last 60 days, trained on rows more than 90 days before them. */
  readonly day?: string | undefined;
  /** Columns to leave out. */
  readonly without?: readonly string[] | undefined;
  /** Columns that may know the outcome: the card says what the model is worth without them. */
  readonly doubtful?: readonly string[] | undefined;
  /** What the model is called; the label unless given. */
  readonly name?: string | undefined;
}

export interface TrainedTable extends TrainedModel {
  /** Columns that were not used, and why. */
  readonly unused: readonly { readonly column: string; readonly reason: string }[];
}

/** Texts with more levels than this are names, not categories. */
const MOST_LEVELS = 50;

const NUMBER =
  /^(tinyint|smallint|integer|bigint|hugeint|u\w*int\w*|float\d?|real|double.*|decimal.*|numeric.*|int\d?)/i;
const TEXT = /^(varchar|text|character.*|enum.*)/i;
const DATE = /^(date|timestamp)/i;

function classifyColumn({ name, type }: ColumnInfo): Predictor | null {
  if (/^bool/i.test(type)) return { name, kind: 'boolean' };
  if (NUMBER.test(type)) return { name, kind: 'number' };
  return TEXT.test(type) ? { name, kind: 'category' } : null;
}

async function fetchColumns(engine: Engine, training: TableTraining): Promise<readonly ColumnInfo[]> {
  const described = await engine.describe(`select * from ${training.table} limit 0`);
  const columns = nameCommonTypes(described, engine);
  const { label, group, day, without = [], doubtful = [] } = training;
  for (const name of [label, group, day, ...without, ...doubtful]) {
    if (name === undefined || columns.some((column) => column.name === name)) continue;
    const names = columns.map((column) => column.name).join(', ');
    throw new TenureError('TRAINING_TABLE_INVALID', { problem: `there is no column ${name} among ${names}` });
  }
  return columns;
}

interface ChosenColumns {
  readonly label: Predictor;
  readonly predictors: readonly Predictor[];
  /** Columns with dates, taken as texts: no predictors, but what the leak alarm looks at. */
  readonly dates: readonly Predictor[];
  readonly unused: TrainedTable['unused'];
}

async function chooseColumns(engine: Engine, training: TableTraining): Promise<ChosenColumns> {
  const columns = await fetchColumns(engine, training);
  const { table, label, group, day, without = [] } = training;
  const named = new Set([label, group, day, ...without]);
  const predictors: Predictor[] = [];
  const unused: { column: string; reason: string }[] = [];
  let found: Predictor | null = null;
  for (const column of columns) {
    const predictor = classifyColumn(column);
    if (column.name === label) found = predictor;
    if (named.has(column.name)) continue;
    if (predictor === null) {
      unused.push({
        column: column.name,
        reason: `${column.type} is neither a number, a boolean nor a text`,
      });
    } else if (predictor.kind === 'category') {
      const [row] = await engine.query(
        `select count(distinct ${quoteIdentifier(column.name)}) as n from ${table}`,
      );
      const levels = Number(row?.['n']);
      if (levels <= MOST_LEVELS) predictors.push(predictor);
      else
        unused.push({ column: column.name, reason: `${levels} different texts are too many for a category` });
    } else predictors.push(predictor);
  }
  if (found === null || found.kind === 'category')
    throw new TenureError('TRAINING_TABLE_INVALID', {
      problem: `the label ${label} is neither a boolean nor 0 and 1`,
    });
  const isDate = ({ name, type }: ColumnInfo): boolean =>
    DATE.test(type) && name !== label && name !== group && !without.includes(name);
  const dates = columns.filter(isDate).map(({ name }): Predictor => ({ name, kind: 'category' }));
  return { label: found, predictors, dates, unused };
}

/** Counts and amounts that are never below 0 and far more often small than large are taken as logarithms. */
function markLogged(predictors: readonly Predictor[], table: FetchedTable): readonly Predictor[] {
  return predictors.map((predictor) => {
    if (predictor.kind !== 'number') return predictor;
    const values = (table.numbers.get(predictor.name) as Float64Array).filter(
      (value) => !Number.isNaN(value),
    );
    const sorted = values.sort();
    const [middle, most] = [sorted[Math.floor(sorted.length / 2)] ?? 0, sorted.at(-1) ?? 0];
    return (sorted[0] ?? -1) >= 0 && most > 10 * Math.max(middle, 1)
      ? { ...predictor, isLogged: true }
      : predictor;
  });
}

function readLabels(table: FetchedTable, label: string): Uint8Array {
  const values = table.numbers.get(label) as Float64Array;
  const odd = values.find((value) => value !== 0 && value !== 1);
  if (odd !== undefined)
    throw new TenureError('TRAINING_TABLE_INVALID', {
      problem: `the label ${label} has the value ${odd}; it may be 0 or 1`,
    });
  return Uint8Array.from(values);
}

/** The dates that every row has, in days since 1970. */
function readDates(table: FetchedTable, dates: readonly Predictor[]): ReadonlyMap<string, Int32Array> {
  const read = new Map<string, Int32Array>();
  for (const { name } of dates) {
    const texts = table.texts.get(name) as readonly (string | null)[];
    if (!texts.includes(null))
      read.set(
        name,
        Int32Array.from(texts, (text) => numberDay(String(text).slice(0, 10))),
      );
  }
  return read;
}

/**
 * Trains a model on any table by the same code as the product's own: a table in, a model and its card out.
 *
 * @throws TenureError TRAINING_TABLE_INVALID, MODEL_NOT_TRAINABLE
 *
 * @example
 * await trainTable(engine, { table: 'marts.renewals', label: 'was_renewed', group: 'customer_id', day: 'due_on' });
 */
export async function trainTable(engine: Engine, training: TableTraining): Promise<TrainedTable> {
  const { label, predictors: chosen, dates, unused } = await chooseColumns(engine, training);
  const { group, day, doubtful = [] } = training;
  const table = await fetchTable(engine, {
    relation: training.table,
    predictors: [...chosen, ...dates],
    outcomes: [label],
    conditions: [`${quoteIdentifier(label.name)} is not null`],
    keys: {
      customer: group === undefined ? `''` : quoteIdentifier(group),
      day: day === undefined ? `''` : `cast(${quoteIdentifier(day)} as date)`,
    },
  });
  const predictors = markLogged(chosen, table);
  const inputs = buildInputs(predictors, table);
  const keyOf = (row: number): string =>
    group !== undefined
      ? (table.customers[row] as string)
      : JSON.stringify([...table.texts.values(), ...table.numbers.values()].map((values) => values[row]));
  const groups = Int32Array.from({ length: table.rows }, (_, row) => hashKey(keyOf(row)));
  const days = Int32Array.from(table.days, (text) => (text === '' ? 0 : numberDay(text)));
  const set: TrainingSet = {
    inputs,
    frame: encodeColumns(inputs, table),
    labels: readLabels(table, label.name),
    groups,
    dayOf: day === undefined ? null : (row) => table.days[row] as string,
    dates: readDates(table, dates),
    amounts: table.numbers.get('mrr') ?? null,
  };
  const keys = { days, groups };
  const split = day === undefined ? buildGroupSplit(keys) : buildTimeSplit(keys, days.at(-1) ?? 0);
  const name = training.name ?? training.label;
  return { ...trainModel(set, { name, predictors, doubtful, split, lifts: DEFAULT_LIFTS }), unused };
}
