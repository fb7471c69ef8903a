import type { RelationComments } from '../comments.ts';
import type { AbstractType, DatePart, Dialect } from '../dialect.ts';
import type { EmptyTable, NewTable } from '../storage.ts';

const TYPE_NAMES: Readonly<Record<AbstractType, string>> = {
  string: 'String',
  boolean: 'Bool',
  int: 'Int32',
  bigint: 'Int64',
  float: 'Float64',
  numeric: 'Decimal(28, 6)',
  date: 'Date32',
  timestamp: 'DateTime64(6)',
  timestamptz: `DateTime64(6, 'UTC')`,
};

/** `addDays` and its sisters: the end of a shorter month stands for a day that the month does not have. */
function renderAdd(part: DatePart, count: string, from: string): string {
  return `add${part[0]?.toUpperCase()}${part.slice(1)}s(${from}, ${count})`;
}

function renderLastDay(from: string, part: DatePart): string {
  const next = renderAdd(part, '1', `date_trunc('${part}', ${from})`);
  return `cast(${renderAdd('day', '-1', next)} as Date32)`;
}

function renderEmptyTable({ relation, columns, orderBy, day }: EmptyTable): string {
  return [
    `create table if not exists ${relation} (${columns.join(', ')})`,
    'engine = MergeTree()',
    ...(day === null ? [] : [`partition by toYYYYMM(${day})`]),
    `order by (${orderBy.length === 0 ? 'tuple()' : orderBy.join(', ')})`,
    'settings allow_nullable_key = 1',
  ].join('\n');
}

/** A cast cuts off what a decimal has no place for. The decimal factors keep a decimal exact, and a float a float. */
function renderDecimal(value: string, scale: number): string {
  const factor = `1${'0'.repeat(scale)}`;
  const shifted = `floor(abs(${value}) * cast(${factor} as decimal(38, 0)) + cast('0.5' as decimal(38, 1)))`;
  const digits = `accurateCastOrNull(sign(${value}) * ${shifted}, 'Int128')`;
  return `cast(toDecimal128(${digits}, ${scale}) / ${factor} as decimal(28, ${scale}))`;
}

/** A key may have NULL in it, as in the other engines. */
function renderTable({ relation, storage, columns, query }: NewTable): string {
  const { engine, orderBy, partitionBy } = storage;
  const list = columns?.map(({ name, type }) => `${name} ${type}`).join(', ');
  return [
    `create or replace table ${relation}${list === undefined ? '' : ` (${list})`}`,
    `engine = ${engine ?? 'MergeTree()'}`,
    ...(partitionBy.length === 0 ? [] : [`partition by (${partitionBy.join(', ')})`]),
    `order by (${orderBy.length === 0 ? 'tuple()' : orderBy.join(', ')})`,
    'settings allow_nullable_key = 1',
    `as ${query}`,
  ].join('\n');
}

function renderComments({ relation, text, columns }: RelationComments): string {
  const changes = columns.map((column) => `comment column ${column.name} ${column.text}`);
  if (text !== null) changes.push(`modify comment ${text}`);
  return changes.length === 0 ? '' : `alter table ${relation} ${changes.join(', ')}`;
}

/** Keys to sort by, as a tuple; a key that is to fall must be a number, which is negated. */
function renderKeys(orderBy: string): string {
  const keys = splitList(orderBy.replace(/^\s*order\s+by\s/i, '')).map((key) => {
    const falling = /^(.*)\sdesc\s*$/is.exec(key)?.[1];
    return falling === undefined ? key : `-(${falling})`;
  });
  return `tuple(${keys.join(', ')})`;
}

/** The expressions of a list, which may have commas in parentheses of their own. */
function splitList(text: string): readonly string[] {
  let depth = 0;
  const ends = [...text].flatMap((sign, index) => {
    depth += sign === '(' ? 1 : sign === ')' ? -1 : 0;
    return sign === ',' && depth === 0 ? [index] : [];
  });
  return [...ends, text.length].map((end, index) => text.slice((ends[index - 1] ?? -1) + 1, end).trim());
}

/** As an aggregate that keeps no order of its own: an array of pairs, sorted. */
function renderStringAgg(value: string, delimiter: string, orderBy: string | null): string {
  const pairs = `groupArrayIf(tuple(${renderKeys(orderBy ?? '1')}, ${value}), ${value} is not null)`;
  const sorted = `arraySort(one -> one.1, ${pairs})`;
  const texts = `arrayMap(one -> assumeNotNull(one.2), ${sorted})`;
  return `if(count(${value}) = 0, null, arrayStringConcat(${texts}, ${delimiter}))`;
}

export const clickhouseDialect: Dialect = {
  uniqueTextStorage: '',
  // A table of no database is one of the session.
  temporarySchema: '',
  typeName: (type) => TYPE_NAMES[type],
  decimalType: (precision, scale) => `Decimal(${precision}, ${scale})`,
  toDecimal: renderDecimal,
  createSchema: (schema) => `create database if not exists ${schema}`,
  renderEmptyTable,
  renderTable,
  renderComments,
  dateAdd: renderAdd,
  dateDiff: (from, to, part) => `date_diff('${part}', ${from}, ${to})`,
  dateTrunc: (part, from) => `date_trunc('${part}', ${from})`,
  dayNumber: (date) => `toInt32(${date})`,
  lastDay: renderLastDay,
  startOfDay: (day) => `cast(${day} as DateTime64(6, 'UTC'))`,
  concat: (parts) => parts.join(' || '),
  stringAgg: renderStringAgg,
  booleanOr: (value) => `max(${value})`,
  anyValue: (value) => `any(${value})`,
  hash: (value) => `lower(hex(MD5(cast(${value} as String))))`,
  safeCast: (value, type) => `accurateCastOrNull(${value}, '${type}')`,
  position: (needle, haystack) => `cast(positionUTF8(${haystack}, ${needle}) as Int64)`,
  splitPart: (text, delimiter, part) => `splitByString(${delimiter}, ${text})[${part}]`,
};
