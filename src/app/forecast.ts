import { type ForecastReport, fetchForecast } from '../scoring/index.ts';
import type { TenureContext } from './context.ts';
import { openQueryEngine } from './query-store.ts';

/** The forecasts of the running period from the last good warehouse; of one owner by id or name, if given. */
export async function fetchWorkspaceForecast(
  context: TenureContext,
  owner?: string,
): Promise<ForecastReport> {
  const engine = await openQueryEngine(context, 'warehouse');
  try {
    return await fetchForecast(engine, owner);
  } finally {
    await engine.close();
  }
}
