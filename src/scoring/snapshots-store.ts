import { createHash } from 'node:crypto';
import { quoteIdentifier } from '../base/index.ts';
import type { Engine } from '../engines/index.ts';
import { buildInputs, type RawColumns } from './design-matrix.ts';
import type { Outcome, Predictor } from './predictors.ts';
import type { ModelInput } from './scoring-model.ts';

/** Columns of a table in memory, with the key of each row. */
export interface FetchedTable extends RawColumns {
  readonly customers: readonly string[];
  /** `YYYY-MM-DD`. */
  readonly days: readonly string[];
}

/** Which rows and columns to fetch. */
export interface TableRequest {
  /** The relation, quoted. */
  readonly relation: string;
  readonly predictors: readonly Predictor[];
  /** Further columns, taken as numbers: booleans are 1 and 0. */
  readonly outcomes?: readonly Predictor[];
  /** Expressions for whom a row is of and of which day; those of the ledger unless given. */
  readonly keys?: { readonly customer: string; readonly day: string };
  /** Conditions over the relation's columns, joined by `and`; all rows when left out. */
  readonly conditions?: readonly string[];
  readonly parameters?: readonly string[];
}

const LEDGER_KEYS = { customer: 'customer_id', day: 'metric_date' };

function renderColumn({ name, kind }: Predictor): string {
  const column = quoteIdentifier(name);
  if (kind === 'category') return column;
  if (kind === 'number') return `cast(${column} as double precision)`;
  return `case when ${column} then 1 when ${column} is not null then 0 end`;
}

/**
 * The rows of a table in the order of day and customer, column by column: what a model learns from, or explains.
 */
export async function fetchTable(engine: Engine, request: TableRequest): Promise<FetchedTable> {
  const {
    relation,
    predictors,
    outcomes = [],
    keys = LEDGER_KEYS,
    conditions = [],
    parameters = [],
  } = request;
  const texts = predictors.filter(({ kind }) => kind === 'category');
  const numbers = [...predictors.filter(({ kind }) => kind !== 'category'), ...outcomes];
  const where = conditions.length === 0 ? '' : `where ${conditions.join(' and ')}`;
  const columns = [
    `cast(${keys.customer} as varchar)`,
    `cast(${keys.day} as varchar)`,
    ...[...texts, ...numbers].map(renderColumn),
  ];
  const [counted] = await engine.query(`select count(*) as n from ${relation} ${where}`, parameters);
  const rows = Number(counted?.['n']);
  const [customers, days]: [string[], string[]] = [[], []];
  const textColumns = texts.map((): (string | null)[] => []);
  const numberColumns = numbers.map(() => new Float64Array(rows));
  // By day and customer; what else there is decides between rows that have these in common.
  const order = ['2', '1', ...columns.slice(2).map((_, place) => String(place + 3))].join(', ');
  const sql = `select ${columns.join(', ')} from ${relation} ${where} order by ${order}`;
  const isNull = (value: unknown): value is null | undefined => value === null || value === undefined;
  for await (const chunk of engine.stream(sql, parameters)) {
    for (const [customer, day, ...values] of chunk.rows) {
      for (const [place, column] of textColumns.entries()) {
        const value = values[place];
        column.push(isNull(value) ? null : String(value));
      }
      for (const [place, column] of numberColumns.entries()) {
        const value = values[texts.length + place];
        column[customers.length] = isNull(value) ? Number.NaN : Number(value);
      }
      customers.push(String(customer));
      days.push(String(day));
    }
  }
  return {
    rows,
    customers,
    days,
    texts: new Map(texts.map(({ name }, place) => [name, textColumns[place] as (string | null)[]])),
    numbers: new Map(numbers.map(({ name }, place) => [name, numberColumns[place] as Float64Array])),
  };
}

/**
 * The snapshots of an outcome whose 90 days are over, with what came of them.
 *
 * @param until the last day wanted; all unless given
 */
export function fetchKnownSnapshots(
  engine: Engine,
  { predictors, label, candidates }: Outcome,
  { relation, until }: { readonly relation: string; readonly until?: string },
): Promise<FetchedTable> {
  return fetchTable(engine, {
    relation,
    predictors,
    outcomes: [{ name: label, kind: 'boolean' }],
    conditions: [
      `${label} is not null`,
      ...(candidates === null ? [] : [candidates.snapshots]),
      ...(until === undefined ? [] : ['metric_date <= cast($1 as date)']),
    ],
    parameters: until === undefined ? [] : [until],
  });
}

/** The inputs that a model of an outcome may read: numbers, booleans, and the levels of categories in its snapshots. */
export async function fetchInputs(engine: Engine, outcome: Outcome): Promise<readonly ModelInput[]> {
  const snapshots = await fetchKnownSnapshots(engine, outcome, { relation: 'int_training_snapshots' });
  return buildInputs(outcome.predictors, snapshots);
}

/** Those of whom an outcome's model has something to tell on a day. */
export function fetchCandidates(
  engine: Engine,
  { predictors, candidates }: Outcome,
  { relation, day }: { readonly relation: string; readonly day: string },
): Promise<FetchedTable> {
  return fetchTable(engine, {
    relation,
    predictors,
    conditions: ['metric_date = cast($1 as date)', ...(candidates === null ? [] : [candidates.days])],
    parameters: [day],
  });
}

/**
 * A hash of the rows from `first` up to but not `end`: what a model was learned from is told apart by it.
 */
export function hashRows(table: FetchedTable, first: number, end: number): string {
  const hash = createHash('sha256');
  hash.update(table.customers.slice(first, end).join('\0')).update('\n');
  hash.update(table.days.slice(first, end).join('\0')).update('\n');
  for (const [name, values] of table.texts)
    hash.update(name).update(JSON.stringify(values.slice(first, end)));
  for (const [name, values] of table.numbers) {
    hash.update(name).update(new Uint8Array(values.buffer, values.byteOffset + 8 * first, 8 * (end - first)));
  }
  return hash.digest('hex');
}
