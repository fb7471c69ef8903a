import { quoteIdentifier, quoteLiteral } from '../base/index.ts';
import type { ContractColumn, ContractTable, ContractType } from '../contract/index.ts';
import type { PlannedColumn, RejectRule } from './load-types.ts';

/**
 * The types values are read as: wide enough that nothing is rounded silently before it is checked. DuckDB
 * would turn `3.7` into 4 for an integer and drop the time of day for a date. Times are held in UTC without a
 * zone: see `renderInstant`.
 */
const STAGE_TYPES: Readonly<Record<ContractType, string>> = {
  text: 'varchar',
  boolean: 'boolean',
  integer: 'double',
  bigint: 'double',
  float: 'double',
  money: 'decimal(18,6)',
  date: 'timestamp',
  timestamp: 'timestamp',
};

const TYPE_HINTS: Readonly<Record<ContractType, string>> = {
  text: 'is not text',
  boolean: 'is not a boolean. Write true or false',
  integer: 'is not a whole number between -2147483648 and 2147483647',
  bigint: 'is not a whole number of at most 15 digits',
  float: 'is not a finite number. Write it like 12.5, without units and thousands separators',
  money: 'is not an amount. Write it like 1234.50, without currency and thousands separators',
  date: 'is not a date. Write it like 2026-01-29, or give its format in a mapping file',
  timestamp: 'is not a time. Write it like 2026-01-29T10:00:00Z, or give its format in a mapping file',
};

export function stageTypeOf(column: ContractColumn): string {
  return STAGE_TYPES[column.type];
}

export function typeHintOf(column: ContractColumn): string {
  return TYPE_HINTS[column.type];
}

/** One way in which a staged value can break the contract. */
export interface ColumnCheck {
  readonly column: string;
  readonly rule: RejectRule;
  /** True for a row that breaks it. */
  readonly condition: string;
  /** The sentence for people; an SQL expression. */
  readonly reason: string;
}

function renderCases(
  subject: string,
  pairs: ReadonlyArray<readonly [string, string]>,
  otherwise: string,
): string {
  const cases = pairs.map(([from, to]) => `when ${quoteLiteral(from)} then ${quoteLiteral(to)}`);
  return `case ${subject} ${cases.join(' ')} else ${otherwise} end`;
}

function renderFolded(column: ContractColumn, value: string): string {
  const aliases = Object.entries(column.aliases ?? {});
  const plain = `lower(trim(${value}))`;
  if (column.values === undefined) {
    return aliases.length === 0 ? plain : renderCases(plain, aliases, plain);
  }
  const known = column.values.map(quoteLiteral).join(', ');
  const pairs = [...column.values.map((name) => [name, name] as const), ...aliases];
  const folded = renderCases(`regexp_replace(${plain}, '[\\s-]+', '_', 'g')`, pairs, 'null');
  return `case when ${value} in (${known}) then ${value} else ${folded} end`;
}

function renderConverted(column: ContractColumn): string {
  const value = quoteIdentifier(column.name);
  switch (column.type) {
    case 'text':
      return column.values !== undefined || column.isFolded ? renderFolded(column, value) : value;
    case 'integer':
      return `try_cast(${value} as integer)`;
    case 'bigint':
      return `try_cast(${value} as bigint)`;
    case 'money':
      return `try_cast(${value} as decimal(14,2))`;
    case 'date':
      return `try_cast(${value} as date)`;
    case 'timestamp':
      // The same as a cast in a session at UTC, without asking a calendar for every row.
      return `case when isfinite(${value}) then make_timestamptz(epoch_us(${value})) end`;
    default:
      return value;
  }
}

function renderDefault(column: ContractColumn, loadDate: string): string | null {
  if (column.derivedFrom !== undefined) {
    const { part, column: from } = column.derivedFrom;
    return `${part}(${quoteIdentifier(from)})`;
  }
  if (column.defaultValue === undefined) return null;
  if (column.defaultValue === 'load_date') return `date ${quoteLiteral(loadDate)}`;
  return typeof column.defaultValue === 'string'
    ? quoteLiteral(column.defaultValue)
    : String(column.defaultValue);
}

/** The value of a column as it is stored, from the staged row. */
export function renderFinal(column: ContractColumn, loadDate: string): string {
  const converted = renderConverted(column);
  const fallback = renderDefault(column, loadDate);
  return fallback === null ? converted : `coalesce(${converted}, ${fallback})`;
}

function renderTypeCondition(column: ContractColumn): string | null {
  const value = quoteIdentifier(column.name);
  switch (column.type) {
    case 'integer':
      return `not (isfinite(${value}) and ${value} = trunc(${value}) and abs(${value}) <= 2147483647)`;
    case 'bigint':
      return `not (isfinite(${value}) and ${value} = trunc(${value}) and abs(${value}) <= 999999999999999)`;
    case 'float':
    case 'timestamp':
      return `not isfinite(${value})`;
    case 'date':
      return `not (isfinite(${value}) and ${value} = date_trunc('day', ${value}))`;
    case 'money':
      return `${value} is not null and try_cast(${value} as decimal(14,2)) is null`;
    default:
      return null;
  }
}

function buildRangeCheck(column: ContractColumn): ColumnCheck | null {
  if (column.minimum === undefined && column.maximum === undefined) return null;
  const value = quoteIdentifier(column.name);
  const bounds: string[] = [];
  if (column.minimum !== undefined) bounds.push(`${value} < ${column.minimum}`);
  if (column.maximum !== undefined) bounds.push(`${value} > ${column.maximum}`);
  const isWide = column.type !== 'money';
  const range =
    column.maximum === undefined ? `at least ${column.minimum}` : `${column.minimum} to ${column.maximum}`;
  return {
    column: column.name,
    rule: 'range',
    condition: `${isWide ? `isfinite(${value}) and ` : ''}(${bounds.join(' or ')})`,
    reason: quoteLiteral(
      `${column.name} must be ${range}. Correct the value, or leave it empty if it is unknown.`,
    ),
  };
}

function buildEmptyCheck(column: ContractColumn, isKey: boolean): ColumnCheck | null {
  if (!(column.isRequired || isKey) || column.defaultValue !== undefined) return null;
  const what = isKey ? `The key column ${column.name} is empty` : `${column.name} is empty`;
  return {
    column: column.name,
    rule: isKey ? 'key_null' : 'required',
    condition: `${quoteIdentifier(column.name)} is null and _faults is null`,
    reason: quoteLiteral(`${what}. Every row needs a value there.`),
  };
}

function buildEnumCheck(column: ContractColumn): ColumnCheck | null {
  if (column.values === undefined) return null;
  const value = quoteIdentifier(column.name);
  const allowed = `one of: ${column.values.join(', ')}. Correct the value, or map it in a mapping file.`;
  return {
    column: column.name,
    rule: 'enum',
    condition: `${value} is not null and ${renderFolded(column, value)} is null`,
    reason: quoteLiteral(`${column.name} must be ${allowed}`),
  };
}

function buildTypeCheck(column: ContractColumn): ColumnCheck | null {
  const condition = renderTypeCondition(column);
  if (condition === null) return null;
  const value = `${quoteIdentifier(column.name)}::varchar`;
  return { column: column.name, rule: 'type', condition, reason: renderTypeReason(column, value) };
}

/** The sentence about a value of the wrong type; `value` is an SQL expression. */
export function renderTypeReason(column: ContractColumn, value: string): string {
  return `concat('“', ${value}, ${quoteLiteral(`” ${typeHintOf(column)}.`)})`;
}

/** Every check of a table's staged rows, in order of columns. */
export function buildChecks(table: ContractTable): readonly ColumnCheck[] {
  return table.columns
    .flatMap((column) => [
      buildEmptyCheck(column, table.key.includes(column.name)),
      buildTypeCheck(column),
      buildEnumCheck(column),
      buildRangeCheck(column),
    ])
    .filter((check) => check !== null);
}

/**
 * A moment written as text, in UTC. DuckDB's own casts will not do: to TIMESTAMP drops the offset, and to
 * TIMESTAMPTZ gives NULL for nonsense in a CSV file, and after a named zone reads the values behind it in that
 * zone too. So offsets are taken off here, and named zones other than UTC are faults.
 */
function renderInstant(text: string): string {
  const local = `try_cast(${text} as timestamp)`;
  const before = `try_cast(regexp_replace(${text}, '\\s*[+-]\\d\\d(:?\\d\\d)?\\s*$', '') as timestamp)`;
  const part = (group: number) => `regexp_extract(${text}, '([+-])(\\d\\d):?(\\d\\d)?\\s*$', ${group})`;
  const minutes = `(${part(2)}::integer * 60 + coalesce(try_cast(${part(3)} as integer), 0))`;
  const offset = `to_minutes(case when ${part(1)} = '-' then -${minutes} else ${minutes} end)`;
  return `case
    when strlen(${text}) = 19 and ${text}[17] = ':' then ${local}
    when ends_with(${text}, 'Z') then coalesce(${local}, try_cast(rtrim(${text}, 'Z') as timestamp))
    when ends_with(${text}, '+00') or ends_with(${text}, '+00:00') then ${local}
    when not regexp_matches(substr(${text}, 11), '[+-]') then ${local}
    when regexp_full_match(${text}, '.*:\\d\\d(\\.\\d+)?\\s?[+-]\\d\\d(:?\\d\\d)?\\s*') then ${before} - ${offset}
  end`;
}

/** Where a column's staged value comes from. */
export interface StagedValue {
  /** An expression of the source: text, or a value the reader has converted itself. */
  readonly text: string;
  /** The value of a text, NULL when it cannot be one; absent when every text will do. */
  readonly renderValue?: (text: string) => string;
}

function renderRead(column: ContractColumn, format: string | undefined, text: string): string {
  if (format !== undefined) {
    return `try_cast(try_strptime(${text}, ${quoteLiteral(format)}) as ${stageTypeOf(column)})`;
  }
  return column.type === 'timestamp' ? renderInstant(text) : `try_cast(${text} as ${stageTypeOf(column)})`;
}

/** Builds the staged value of a planned column from an SQL expression that gives its text. */
export function buildStagedValue(
  column: ContractColumn,
  planned: PlannedColumn,
  source: string,
): StagedValue {
  let text = planned.constant === undefined ? `nullif(${source}, '')` : quoteLiteral(planned.constant);
  if (planned.values !== undefined) text = renderCases(text, Object.entries(planned.values), text);
  if (planned.prefix !== undefined) text = `(${quoteLiteral(planned.prefix)} || ${text})`;
  if (planned.format === undefined && column.type === 'text') return { text };
  return { text, renderValue: (given) => renderRead(column, planned.format, given) };
}
