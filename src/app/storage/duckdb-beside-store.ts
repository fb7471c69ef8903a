import fs from 'node:fs';
import { quoteIdentifier, quoteLiteral, TenureError } from '../../base/index.ts';
import type { DuckdbEngine } from '../../engines/index.ts';
import { runInTurn } from '../turns.ts';
import type { Workspace } from '../workspace.ts';
import { fetchBuildMark } from './build-mark-store.ts';
import { MARK_SCHEMA } from './duckdb-warehouse-store.ts';
import { buildSearchPath } from './search-path.ts';
import type { WarehouseBeside } from './storage.ts';

const WAREHOUSE = 'warehouse';

/**
 * Lets `work` read the last good warehouse beside the state of the workspace: its models by their bare names, the tables of
 * the state before them. The warehouse cannot be written. A process does this one after the other: all connections of the
 * state have their databases in common, and a file can be among them once.
 *
 * @throws TenureError WAREHOUSE_MISSING when there is none, or it was built by an earlier version
 */
export function withWarehouse<T>(
  state: DuckdbEngine,
  workspace: Workspace,
  work: (beside: WarehouseBeside) => Promise<T>,
): Promise<T> {
  return runInTurn(`beside ${workspace.files.state}`, () => attachWarehouse(state, workspace, work));
}

async function attachWarehouse<T>(
  state: DuckdbEngine,
  workspace: Workspace,
  work: (beside: WarehouseBeside) => Promise<T>,
): Promise<T> {
  const file = workspace.files.warehouse;
  if (!fs.existsSync(file)) throw new TenureError('WAREHOUSE_MISSING', { path: workspace.root });
  await state.attach(file, WAREHOUSE, { isReadOnly: true });
  try {
    const mark = await fetchBuildMark(state, MARK_SCHEMA, WAREHOUSE);
    if (mark === null) throw new TenureError('WAREHOUSE_MISSING', { path: workspace.root });
    const rows = await state.query(
      `select schema_name from duckdb_tables() where database_name = '${WAREHOUSE}' and not internal
       union select schema_name from duckdb_views() where database_name = '${WAREHOUSE}' and not internal order by 1`,
    );
    const schemas = buildSearchPath(rows.map((row) => String(row['schema_name'])));
    const names = ['state.main', ...schemas.map((schema) => `${WAREHOUSE}.${quoteIdentifier(schema)}`)];
    await state.execute(`set search_path = ${quoteLiteral(names.join(','))}`);
    return await work({ mark, warehouse: state });
  } finally {
    await state.execute(`use state`);
    await state.detach(WAREHOUSE);
  }
}
