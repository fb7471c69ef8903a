import { quoteIdentifier, quoteRelation, TenureError } from '../base/index.ts';
import type { ColumnInfo, Engine } from '../engines/index.ts';
import { renderSubquery } from './compiled-sql.ts';
import type { ManifestNode } from './manifest.ts';
import { buildNameBeside } from './swap-relation.ts';

const STRATEGIES = ['append', 'delete+insert', 'merge'];

function listKeys(node: ManifestNode): readonly string[] {
  const key = node.config.unique_key;
  if (key === null || key === undefined) return [];
  return typeof key === 'string' ? [key] : key;
}

function buildUnsupported(node: ManifestNode, setting: string, supported: string): TenureError {
  return new TenureError('NODE_UNSUPPORTED', {
    file: node.original_file_path,
    name: node.name,
    setting,
    value: String(node.config[setting]),
    supported,
  });
}

function assertSupported(node: ManifestNode): void {
  const strategy = node.config.incremental_strategy;
  if (strategy !== null && strategy !== undefined && !STRATEGIES.includes(strategy)) {
    throw buildUnsupported(node, 'incremental_strategy', STRATEGIES.join(', '));
  }
  if (node.config.on_schema_change === 'sync_all_columns') {
    throw buildUnsupported(node, 'on_schema_change', 'ignore, fail, append_new_columns');
  }
}

function hasColumn(columns: readonly ColumnInfo[], name: string): boolean {
  return columns.some((column) => column.name.toLowerCase() === name.toLowerCase());
}

interface Columns {
  readonly existing: readonly ColumnInfo[];
  readonly incoming: readonly ColumnInfo[];
}

function renderChanges({ existing, incoming }: Columns): string {
  const changes: string[] = [];
  for (const column of incoming) {
    const before = existing.find(({ name }) => name.toLowerCase() === column.name.toLowerCase());
    if (before === undefined) changes.push(`${column.name} is new`);
    else if (before.type !== column.type)
      changes.push(`${column.name} was ${before.type}, is ${column.type}`);
  }
  for (const column of existing) {
    if (!hasColumn(incoming, column.name)) changes.push(`${column.name} is missing`);
  }
  return changes.join('; ');
}

/** The columns to insert, after the table has been brought in line as `on_schema_change` says. */
async function resolveColumns(
  engine: Engine,
  node: ManifestNode,
  columns: Columns,
): Promise<readonly string[]> {
  const mode = node.config.on_schema_change ?? 'ignore';
  if (mode === 'ignore') return columns.existing.map((column) => column.name);
  if (mode === 'fail') {
    const changes = renderChanges(columns);
    if (changes !== '') {
      throw new TenureError('SCHEMA_CHANGED', { file: node.original_file_path, name: node.name, changes });
    }
  }
  for (const column of columns.incoming) {
    if (hasColumn(columns.existing, column.name)) continue;
    await engine.execute(
      `alter table ${quoteRelation(node.schema, node.alias)} add column ${quoteIdentifier(column.name)} ${column.type}`,
    );
  }
  return columns.incoming.map((column) => column.name);
}

/** Deletes the rows whose key comes again. As in dbt, a NULL in the key matches nothing. */
function renderDelete(relation: string, beside: string, keys: readonly string[]): string {
  const list = keys.join(', ');
  return `delete from ${relation} where (${list}) in (select ${list} from ${beside})`;
}

/**
 * Adds the rows of an incremental run to the model's table: appended, or in place of the rows with the same
 * `unique_key`. `merge` is carried out as `delete+insert`, which leaves the same rows. Runs in the caller's
 * transaction.
 *
 * @returns the number of rows added
 * @throws TenureError NODE_UNSUPPORTED, SCHEMA_CHANGED, QUERY_FAILED
 */
export async function mergeRows(engine: Engine, node: ManifestNode, sql: string): Promise<number> {
  assertSupported(node);
  const relation = quoteRelation(node.schema, node.alias);
  const isAppended = node.config.incremental_strategy === 'append';
  if (isAppended && (node.config.on_schema_change ?? 'ignore') === 'ignore') {
    const list = (await engine.listColumns(node.schema, node.alias)).map(({ name }) => quoteIdentifier(name));
    return engine.execute(
      `insert into ${relation} (${list.join(', ')}) select ${list.join(', ')} from ${renderSubquery(sql)} as incoming`,
    );
  }
  const besideName = buildNameBeside(node.alias);
  const beside = quoteRelation(node.schema, besideName);
  await engine.execute(`create table ${beside} as ${renderSubquery(sql)}`);
  const columns = await resolveColumns(engine, node, {
    existing: await engine.listColumns(node.schema, node.alias),
    incoming: await engine.listColumns(node.schema, besideName),
  });
  const keys = isAppended ? [] : listKeys(node);
  if (keys.length > 0) await engine.execute(renderDelete(relation, beside, keys));
  const list = columns.map(quoteIdentifier).join(', ');
  const rows = await engine.execute(`insert into ${relation} (${list}) select ${list} from ${beside}`);
  await engine.execute(`drop table ${beside}`);
  return rows;
}
