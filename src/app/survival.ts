import { fetchSurvival, type SurvivalReport, type SurvivalRequest } from '../scoring/index.ts';
import type { TenureContext } from './context.ts';
import { readWarehouse } from './query.ts';

/** How long customers stay, from the last good warehouse. */
export function askSurvival(context: TenureContext, request?: SurvivalRequest): Promise<SurvivalReport> {
  return readWarehouse(context, (engine) => fetchSurvival(engine, request));
}
