import { renderComments } from '../comments.ts';
import type { AbstractType, DatePart, Dialect } from '../dialect.ts';
import { renderEmptyTable } from '../storage.ts';

const TYPE_NAMES: Readonly<Record<AbstractType, string>> = {
  string: 'text',
  boolean: 'boolean',
  int: 'integer',
  bigint: 'bigint',
  float: 'double precision',
  numeric: 'numeric(28, 6)',
  date: 'date',
  timestamp: 'timestamp',
  timestamptz: 'timestamptz',
};

const SECONDS: Partial<Record<DatePart, number>> = { hour: 3600, minute: 60, second: 1 };

/** Boundaries crossed, counted as dbt's `datediff` does; PostgreSQL has no such function of its own. */
function renderDateDiff(from: string, to: string, part: DatePart): string {
  const years = `(extract(year from ${to}) - extract(year from ${from}))`;
  if (part === 'year') return `cast(${years} as integer)`;
  if (part === 'quarter' || part === 'month') {
    const [perYear, field] = part === 'month' ? [12, 'month'] : [4, 'quarter'];
    const inYear = `(extract(${field} from ${to}) - extract(${field} from ${from}))`;
    return `cast(${years} * ${perYear} + ${inYear} as integer)`;
  }
  if (part === 'day') return `(cast(${to} as date) - cast(${from} as date))`;
  if (part === 'week') {
    return `((cast(date_trunc('week', ${to}) as date) - cast(date_trunc('week', ${from}) as date)) / 7)`;
  }
  const epoch = (value: string) => `extract(epoch from date_trunc('${part}', cast(${value} as timestamp)))`;
  return `cast((${epoch(to)} - ${epoch(from)}) / ${SECONDS[part] ?? 1} as bigint)`;
}

export const postgresDialect: Dialect = {
  uniqueTextStorage: '',
  temporarySchema: 'pg_temp',
  typeName: (type) => TYPE_NAMES[type],
  decimalType: (precision, scale) => `numeric(${precision}, ${scale})`,
  toDecimal: (value, scale) => `cast(${value} as decimal(28, ${scale}))`,
  createSchema: (schema) => `create schema if not exists ${schema}`,
  renderEmptyTable,
  renderTable: ({ relation, query }) => `create table ${relation} as ${query}`,
  renderComments,
  dateAdd: (part, count, from) => `(${from} + ((interval '1 ${part}') * (${count})))`,
  dateDiff: renderDateDiff,
  dateTrunc: (part, from) => `date_trunc('${part}', ${from})`,
  dayNumber: (date) => `${date} - date '1970-01-01'`,
  lastDay: (from, part) =>
    `cast(date_trunc('${part}', ${from}) + interval '1 ${part === 'quarter' ? 'month' : part}'` +
    `${part === 'quarter' ? ' * 3' : ''} - interval '1 day' as date)`,
  // By seconds: `at time zone` asks the calendar, which takes six times as long.
  startOfDay: (day) => `to_timestamp(extract(epoch from cast(${day} as timestamp)))`,
  concat: (parts) => parts.join(' || '),
  stringAgg: (value, delimiter, orderBy) =>
    `string_agg(${value}, ${delimiter}${orderBy === null ? '' : ` ${orderBy}`})`,
  booleanOr: (value) => `bool_or(${value})`,
  anyValue: (value) => `min(${value})`,
  hash: (value) => `md5(cast(${value} as text))`,
  safeCast: (value, type) => `cast(${value} as ${type})`,
  position: (needle, haystack) => `position(${needle} in ${haystack})`,
  splitPart: (text, delimiter, part) => `split_part(${text}, ${delimiter}, ${part})`,
};
