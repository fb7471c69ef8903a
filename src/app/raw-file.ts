import type { Engine } from '../engines/index.ts';
import type { TenureContext } from './context.ts';
import { type EngineWatch, watchEngine } from './watch-engine.ts';

/** Opens the raw tables as their owner, runs the work under watch, and closes them. */
export async function runOnRaw<T>(
  { storage }: TenureContext,
  watch: EngineWatch,
  work: (raw: Engine) => Promise<T>,
): Promise<T> {
  const raw = await storage.openRaw();
  const stop = watchEngine(raw, watch);
  try {
    return await work(raw);
  } finally {
    stop();
    await raw.close();
  }
}
