import { quoteIdentifier, quoteRelation } from '../base/index.ts';
import type { ContractColumn, ContractTable, ContractType } from '../contract/index.ts';
import type { Dialect } from '../engines/index.ts';

/** The columns the loader adds to every row. */
export const LOAD_COLUMNS = ['_source', '_loaded_at', '_batch_id'] as const;

export function renderType(type: ContractType, dialect: Dialect): string {
  switch (type) {
    case 'text':
      return dialect.typeName('string');
    case 'integer':
      return dialect.typeName('int');
    case 'money':
      return dialect.decimalType(14, 2);
    case 'timestamp':
      return dialect.typeName('timestamptz');
    default:
      return dialect.typeName(type);
  }
}

/** The id of a table that has one: no two values alike, so there is nothing to compress. */
function isUniqueText(table: ContractTable, column: ContractColumn): boolean {
  return column.type === 'text' && table.key.length === 1 && table.key[0] === column.name;
}

/**
 * The statement that creates a table of the contract where there is none.
 *
 * @example
 * renderTableDdl(table, duckdbDialect);
 * // create table if not exists "raw"."quotas" ("member_id" varchar, … , "_batch_id" integer)
 */
export function renderTableDdl(
  table: ContractTable,
  dialect: Dialect,
  options: { readonly schema?: string; readonly extra?: readonly string[] } = {},
): string {
  const text = dialect.typeName('string');
  const columns = table.columns.map((column) => {
    const storage = isUniqueText(table, column) ? dialect.uniqueTextStorage : '';
    return `${quoteIdentifier(column.name)} ${renderType(column.type, dialect)}${storage}`;
  });
  // A number: the batch stands in every row, and text costs ten times as much to write.
  columns.push(
    `"_source" ${text}`,
    `"_loaded_at" ${dialect.typeName('timestamptz')}`,
    `"_batch_id" ${dialect.typeName('int')}`,
  );
  columns.push(...(options.extra ?? []));
  const relation = quoteRelation(options.schema ?? table.schema, table.name);
  const { eventTime, key } = table;
  const names = new Set(table.columns.map(({ name }) => name));
  // What is read belongs to a customer and lies in time; the key comes last.
  const ordered = ['customer_id', eventTime ?? '', ...key].filter((name) => names.has(name));
  return dialect.renderEmptyTable({
    relation,
    columns,
    orderBy: [...new Set(ordered)].map(quoteIdentifier),
    day: eventTime === undefined ? null : quoteIdentifier(eventTime),
  });
}
