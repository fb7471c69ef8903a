import path from 'node:path';
import { quoteIdentifier, quoteRelation } from '../../src/base/index.ts';
import { type ColumnInfo, copyRows, type Engine } from '../../src/engines/index.ts';

/** No schema of the warehouse is a database of ClickHouse: what is found by a schema's name is found on the way. */
const PREFIX = 'tenure_7_';

const TYPES: Readonly<Record<string, string>> = {
  BIGINT: 'Int64',
  BOOLEAN: 'Bool',
  DATE: 'Date32',
  DOUBLE: 'Float64',
  INTEGER: 'Int32',
  TIMESTAMP: 'DateTime64(6)',
  'TIMESTAMP WITH TIME ZONE': `DateTime64(6, 'UTC')`,
};

function renderColumn({ name, type }: ColumnInfo): string {
  const decimal = /^DECIMAL(\(.*\))$/.exec(type)?.[1];
  const known = decimal === undefined ? (TYPES[type] ?? 'String') : `Decimal${decimal}`;
  return `${quoteIdentifier(name)} Nullable(${known})`;
}

/**
 * Copies relations of a warehouse in DuckDB, views as tables, into databases of their own.
 *
 * @returns the databases by the schemas they stand for
 */
export async function copyToChdb(
  from: Engine,
  to: Engine,
  { names, folder }: { readonly names: readonly string[]; readonly folder: string },
): Promise<ReadonlyMap<string, string>> {
  const relations = (await from.listRelations()).filter(({ name }) => names.includes(name));
  for (const { schema, name } of relations) {
    const database = `${PREFIX}${schema}`;
    await to.execute(`create database if not exists ${quoteIdentifier(database)}`);
    const columns = await from.listColumns(schema, name);
    const target = { schema: database, name, columns: columns.map((column) => column.name) };
    await to.execute(
      `create table ${quoteRelation(database, name)} (${columns.map(renderColumn).join(', ')})
       engine = MergeTree order by tuple()`,
    );
    const sql = `select * from ${quoteRelation(schema, name)}`;
    await copyRows({ from, sql, to, target, scratchPath: path.join(folder, 'copied') });
  }
  return new Map(relations.map(({ schema }) => [schema, `${PREFIX}${schema}`]));
}
