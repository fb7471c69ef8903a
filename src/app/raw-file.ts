import { type DuckdbEngine, openDuckdb } from '../engines/index.ts';
import { openRawStore } from '../load/index.ts';
import type { TenureContext } from './context.ts';
import { buildSettings } from './warehouse-store.ts';
import { type EngineWatch, watchEngine } from './watch-engine.ts';

/** Opens the raw tables of a workspace for writing. */
export function openRawEngine(context: TenureContext): Promise<DuckdbEngine> {
  const { workspace } = context;
  return openDuckdb({ path: workspace.files.raw, settings: buildSettings(workspace) });
}

/** Opens the raw tables as their owner, runs the work under watch, and closes them. */
export async function runOnRaw<T>(
  context: TenureContext,
  watch: EngineWatch,
  work: (raw: DuckdbEngine) => Promise<T>,
): Promise<T> {
  const raw = await openRawEngine(context);
  const stop = watchEngine(raw, watch);
  try {
    await openRawStore(raw, context.clock);
    return await work(raw);
  } finally {
    stop();
    await raw.close();
  }
}
