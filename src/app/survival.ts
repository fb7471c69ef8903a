import { fetchSurvival, type SurvivalReport, type SurvivalRequest } from '../scoring/index.ts';
import type { TenureContext } from './context.ts';
import { openQueryEngine } from './query-store.ts';

/** How long customers stay, from the last good warehouse. */
export async function askSurvival(
  context: TenureContext,
  request?: SurvivalRequest,
): Promise<SurvivalReport> {
  const engine = await openQueryEngine(context, 'warehouse');
  try {
    return await fetchSurvival(engine, request);
  } finally {
    await engine.close();
  }
}
