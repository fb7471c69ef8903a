import type { AbstractType, DatePart, Dialect } from '../engines/index.ts';
import { bindArguments, type CallArguments } from './template-values.ts';

/** One of dbt's cross-database macros: its parameters and the SQL it stands for. */
interface CrossDatabaseMacro {
  readonly parameters: readonly string[];
  readonly optional?: readonly string[];
  build(argument: (name: string) => string, has: (name: string) => boolean): string;
}

const DATE_PARTS = ['year', 'quarter', 'month', 'week', 'day', 'hour', 'minute', 'second'];
const TYPES: readonly AbstractType[] = [
  'string',
  'boolean',
  'int',
  'bigint',
  'float',
  'numeric',
  'timestamp',
];

function parseDatePart(text: string): DatePart {
  const part = text
    .trim()
    .replace(/^'(.*)'$/, '$1')
    .toLowerCase();
  if (!DATE_PARTS.includes(part)) throw new Error(`${text} is not a date part (${DATE_PARTS.join(', ')})`);
  return part as DatePart;
}

function buildDateMacros(dialect: Dialect): Record<string, CrossDatabaseMacro> {
  return {
    dateadd: {
      parameters: ['datepart', 'interval', 'from_date_or_timestamp'],
      build: (argument) =>
        dialect.dateAdd(
          parseDatePart(argument('datepart')),
          argument('interval'),
          argument('from_date_or_timestamp'),
        ),
    },
    datediff: {
      parameters: ['first_date', 'second_date', 'datepart'],
      build: (argument) =>
        dialect.dateDiff(
          argument('first_date'),
          argument('second_date'),
          parseDatePart(argument('datepart')),
        ),
    },
    date_trunc: {
      parameters: ['datepart', 'date'],
      build: (argument) => dialect.dateTrunc(parseDatePart(argument('datepart')), argument('date')),
    },
    last_day: {
      parameters: ['date', 'datepart'],
      build: (argument) => dialect.lastDay(argument('date'), parseDatePart(argument('datepart'))),
    },
    current_timestamp: { parameters: [], build: () => 'current_timestamp' },
  };
}

function buildTextMacros(dialect: Dialect): Record<string, CrossDatabaseMacro> {
  return {
    position: {
      parameters: ['substring_text', 'string_text'],
      build: (argument) => dialect.position(argument('substring_text'), argument('string_text')),
    },
    split_part: {
      parameters: ['string_text', 'delimiter_text', 'part_number'],
      build: (argument) =>
        dialect.splitPart(argument('string_text'), argument('delimiter_text'), argument('part_number')),
    },
    replace: {
      parameters: ['field', 'old_chars', 'new_chars'],
      build: (argument) =>
        `replace(${argument('field')}, ${argument('old_chars')}, ${argument('new_chars')})`,
    },
    length: { parameters: ['expression'], build: (argument) => `length(${argument('expression')})` },
    right: {
      parameters: ['string_text', 'length_expression'],
      build: (argument) => `right(${argument('string_text')}, ${argument('length_expression')})`,
    },
    hash: { parameters: ['field'], build: (argument) => dialect.hash(argument('field')) },
    string_literal: { parameters: ['value'], build: (argument) => `'${argument('value')}'` },
    escape_single_quotes: {
      parameters: ['expression'],
      build: (argument) => argument('expression').replaceAll("'", "''"),
    },
  };
}

function buildValueMacros(dialect: Dialect): Record<string, CrossDatabaseMacro> {
  return {
    cast: {
      parameters: ['expression', 'data_type'],
      build: (argument) => `cast(${argument('expression')} as ${argument('data_type')})`,
    },
    safe_cast: {
      parameters: ['field', 'type'],
      build: (argument) => dialect.safeCast(argument('field'), argument('type')),
    },
    cast_bool_to_text: {
      parameters: ['bool_expression'],
      build: (argument) => `cast(${argument('bool_expression')} as ${dialect.typeName('string')})`,
    },
    bool_or: { parameters: ['expression'], build: (argument) => dialect.booleanOr(argument('expression')) },
    any_value: { parameters: ['expression'], build: (argument) => dialect.anyValue(argument('expression')) },
    listagg: {
      parameters: ['measure', 'delimiter_text', 'order_by_clause'],
      optional: ['delimiter_text', 'order_by_clause'],
      build: (argument, has) =>
        dialect.stringAgg(
          argument('measure'),
          has('delimiter_text') ? argument('delimiter_text') : "','",
          has('order_by_clause') ? argument('order_by_clause') : null,
        ),
    },
    except: { parameters: [], build: () => 'except' },
    intersect: { parameters: [], build: () => 'intersect' },
  };
}

function callMacro(name: string, macro: CrossDatabaseMacro, call: CallArguments): string {
  const bound = bindArguments(call, `dbt.${name}`, macro.parameters);
  const has = (parameter: string): boolean => bound[parameter] !== undefined && bound[parameter] !== null;
  for (const parameter of macro.parameters) {
    if (!has(parameter) && !(macro.optional ?? []).includes(parameter)) {
      throw new Error(`dbt.${name} lacks its argument ${parameter}`);
    }
  }
  return macro.build((parameter) => String(bound[parameter]), has);
}

/**
 * dbt's cross-database macros as functions of the engine's dialect: `dbt.dateadd`, `dbt.type_string` and so
 * on, for arguments by position or by name.
 *
 * @example
 * buildCrossDatabase(dialect).dateadd({ positional: ['day', 7, 'signup_date'], keyword: {} })
 */
export function buildCrossDatabase(dialect: Dialect): Record<string, (call: CallArguments) => string> {
  const macros = { ...buildDateMacros(dialect), ...buildTextMacros(dialect), ...buildValueMacros(dialect) };
  const functions: Record<string, (call: CallArguments) => string> = {};
  for (const [name, macro] of Object.entries(macros))
    functions[name] = (call) => callMacro(name, macro, call);
  for (const type of TYPES) {
    const macro: CrossDatabaseMacro = { parameters: [], build: () => dialect.typeName(type) };
    functions[`type_${type}`] = (call) => callMacro(`type_${type}`, macro, call);
  }
  functions.concat = (call) => {
    const { fields } = bindArguments(call, 'dbt.concat', ['fields']);
    if (!Array.isArray(fields)) throw new Error('dbt.concat takes a list of expressions');
    return dialect.concat(fields.map(String));
  };
  return functions;
}
