import { renderComments } from '../comments.ts';
import type { AbstractType, DatePart, Dialect } from '../dialect.ts';
import { renderEmptyTable, renderTable } from '../storage.ts';

const TYPE_NAMES: Readonly<Record<AbstractType, string>> = {
  string: 'varchar',
  boolean: 'boolean',
  int: 'integer',
  bigint: 'bigint',
  float: 'double',
  numeric: 'decimal(28, 6)',
  date: 'date',
  timestamp: 'timestamp',
  timestamptz: 'timestamptz',
};

/** Boundaries crossed, as dbt's `datediff`; DuckDB itself counts a week as seven days gone by. */
function renderDateDiff(from: string, to: string, part: DatePart): string {
  if (part !== 'week') return `date_diff('${part}', ${from}, ${to})`;
  return `(date_diff('day', date_trunc('week', ${from}), date_trunc('week', ${to})) // 7)`;
}

export const duckdbDialect: Dialect = {
  // Looking for what repeats costs half the time of writing ids, and finds nothing.
  uniqueTextStorage: ' using compression uncompressed',
  temporarySchema: 'temp',
  typeName: (type) => TYPE_NAMES[type],
  decimalType: (precision, scale) => `decimal(${precision}, ${scale})`,
  toDecimal: (value, scale) => `cast(${value} as decimal(28, ${scale}))`,
  createSchema: (schema) => `create schema if not exists ${schema}`,
  renderEmptyTable,
  renderTable,
  renderComments,
  dateAdd: (part: DatePart, count, from) => `(${from} + ((interval '1 ${part}') * (${count})))`,
  dateDiff: renderDateDiff,
  dateTrunc: (part, from) => `date_trunc('${part}', ${from})`,
  dayNumber: (date) => `${date} - date '1970-01-01'`,
  lastDay: (from, part) =>
    `cast(date_trunc('${part}', ${from}) + interval '1 ${part}' - interval '1 day' as date)`,
  // By seconds: `at time zone` asks the calendar, which takes six times as long.
  startOfDay: (day) => `to_timestamp(extract(epoch from cast(${day} as timestamp)))`,
  concat: (parts) => parts.join(' || '),
  stringAgg: (value, delimiter, orderBy) =>
    `string_agg(${value}, ${delimiter}${orderBy === null ? '' : ` ${orderBy}`})`,
  booleanOr: (value) => `bool_or(${value})`,
  anyValue: (value) => `any_value(${value})`,
  hash: (value) => `md5(cast(${value} as varchar))`,
  safeCast: (value, type) => `try_cast(${value} as ${type})`,
  position: (needle, haystack) => `position(${needle} in ${haystack})`,
  splitPart: (text, delimiter, part) => `split_part(${text}, ${delimiter}, ${part})`,
};
