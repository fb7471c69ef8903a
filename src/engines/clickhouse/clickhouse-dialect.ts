import type { AbstractType, DatePart, Dialect } from '../dialect.ts';

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

export const clickhouseDialect: Dialect = {
  uniqueTextStorage: '',
  typeName: (type) => TYPE_NAMES[type],
  decimalType: (precision, scale) => `Decimal(${precision}, ${scale})`,
  createSchema: (schema) => `create database if not exists ${schema}`,
  dateAdd: renderAdd,
  dateDiff: (from, to, part) => `date_diff('${part}', ${from}, ${to})`,
  dateTrunc: (part, from) => `date_trunc('${part}', ${from})`,
  lastDay: renderLastDay,
  concat: (parts) => parts.join(' || '),
  stringAgg: (value, delimiter, orderBy) => {
    const [, key = '1', direction = ''] = /^\s*order by (.+?)(\s+desc)?\s*$/i.exec(orderBy ?? '') ?? [];
    const sort = direction === '' ? 'arraySort' : 'arrayReverseSort';
    const pairs = `groupArrayIf((${key}, ${value}), ${value} is not null)`;
    return `nullIf(arrayStringConcat(arrayMap(pair -> assumeNotNull(pair.2), ${sort}(pair -> pair.1, ${pairs})), ${delimiter}), '')`;
  },
  booleanOr: (value) => `max(${value})`,
  anyValue: (value) => `any(${value})`,
  hash: (value) => `lower(hex(MD5(cast(${value} as String))))`,
  safeCast: (value, type) => `accurateCastOrNull(${value}, '${type}')`,
  position: (needle, haystack) => `cast(positionUTF8(${haystack}, ${needle}) as Int64)`,
  splitPart: (text, delimiter, part) => `splitByString(${delimiter}, ${text})[${part}]`,
};
