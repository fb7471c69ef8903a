import { quoteIdentifier, quoteLiteral, quoteRelation } from '../base/index.ts';
import { copyRows, type Engine, openDuckdb } from '../engines/index.ts';
import { buildColumnTarget, type ColumnTarget } from './column-types.ts';
import type { PublishTable } from './publish-set.ts';

/** The columns of a table in the types of the engine it goes to. */
export function listColumnTargets(table: PublishTable, from: Engine, to: Engine): readonly ColumnTarget[] {
  return table.columns.map((column) => buildColumnTarget(column, from.profile.kind, to.profile.kind));
}

/** What the warehouse is asked for a table's rows. */
export function renderRows(table: PublishTable, columns: readonly ColumnTarget[]): string {
  const list = columns.map(({ name, expression }) => `${expression} as ${quoteIdentifier(name)}`);
  return `select ${list.join(', ')} from (${table.query}) as published`;
}

/** Where a table is made, and what its rows go through on their way. */
export interface TablePlace {
  readonly from: Engine;
  readonly to: Engine;
  readonly schema: string;
  readonly scratchPath: string;
}

/**
 * Makes a table and fills it. PostgreSQL: within one transaction, so that its rows count as old ones at once.
 *
 * @returns the number of rows
 */
export async function writeTable(table: PublishTable, place: TablePlace): Promise<number> {
  const { from, to, schema, scratchPath } = place;
  const { name } = table;
  const columns = listColumnTargets(table, from, to);
  const list = columns.map((column) => `${quoteIdentifier(column.name)} ${column.type}`);
  await to.execute(`create table ${quoteRelation(schema, name)} (${list.join(', ')})`);
  const target = { schema, name, columns: columns.map((column) => column.name), isNew: true };
  return copyRows({ from, sql: renderRows(table, columns), to, target, scratchPath });
}

/**
 * Writes a table's rows as a Parquet file; what an engine without Parquet has goes through DuckDB.
 *
 * @returns the number of rows
 */
export async function writeParquet(
  table: PublishTable,
  place: { readonly from: Engine; readonly file: string; readonly scratchPath: string },
): Promise<number> {
  const { from, file, scratchPath } = place;
  const target = { path: file, format: 'parquet' } as const;
  if (from.profile.bulkFormats.includes('parquet'))
    return from.writeFile(renderRows(table, listColumnTargets(table, from, from)), target);
  const bridge = await openDuckdb({ path: ':memory:' });
  try {
    await writeTable(table, { from, to: bridge, schema: 'main', scratchPath });
    return await bridge.writeFile(`from ${quoteRelation('main', table.name)}`, target);
  } finally {
    await bridge.close();
  }
}

function renderColumns(columns: readonly string[]): string {
  return `(${columns.map(quoteIdentifier).join(', ')})`;
}

/** The first key of a table as its primary key. */
export function renderPrimaryKey({ name, keys }: PublishTable, schema: string): readonly string[] {
  const [primary] = keys;
  if (primary === undefined) return [];
  return [`alter table ${quoteRelation(schema, name)} add primary key ${renderColumns(primary)}`];
}

/** PostgreSQL: the further keys and the indexes of a table, under names it finds itself. */
export function renderIndexes({ name, keys, indexes }: PublishTable, schema: string): readonly string[] {
  const relation = quoteRelation(schema, name);
  return [
    ...keys.slice(1).map((columns) => `create unique index on ${relation} ${renderColumns(columns)}`),
    ...indexes.map((columns) => `create index on ${relation} ${renderColumns(columns)}`),
  ];
}

/** The descriptions of a table and its columns as comments. */
export function renderComments(table: PublishTable, schema: string): readonly string[] {
  const { name, description, descriptions, columns } = table;
  const relation = quoteRelation(schema, name);
  const texts = columns.map((column) => ({
    path: `column ${relation}.${quoteIdentifier(column.name)}`,
    text: descriptions[column.name] ?? '',
  }));
  return [{ path: `table ${relation}`, text: description }, ...texts]
    .filter(({ text }) => text !== '')
    .map(({ path, text }) => `comment on ${path} is ${quoteLiteral(text)}`);
}
