import { type DuckdbEngine, openDuckdb } from '../engines/index.ts';
import type { TenureContext } from './context.ts';
import { buildSettings } from './warehouse-store.ts';

/** Opens the raw tables of a workspace for writing. */
export function openRawEngine(context: TenureContext): Promise<DuckdbEngine> {
  const { workspace } = context;
  return openDuckdb({ path: workspace.files.raw, settings: buildSettings(workspace) });
}
