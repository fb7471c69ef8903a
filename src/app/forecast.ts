import { type ForecastReport, fetchForecast } from '../scoring/index.ts';
import type { TenureContext } from './context.ts';
import { readWarehouse } from './query.ts';

/** The forecasts of the running period from the last good warehouse; of one owner by id or name, if given. */
export function fetchWorkspaceForecast(context: TenureContext, owner?: string): Promise<ForecastReport> {
  return readWarehouse(context, (engine) => fetchForecast(engine, owner));
}
