import { daysBetween, TenureError, utcDate } from '../base/index.ts';
import { fetchCoverage } from '../metrics/index.ts';
import type { TenureContext } from './context.ts';
import { readMetricCatalogue } from './definition-files.ts';
import { readWarehouse } from './query-store.ts';

/** How old what is shown is. */
export interface WarehouseAge {
  /** The day the warehouse was built for; null without one. */
  readonly asOf: string | null;
  /** What a reader has to know; null where all is as it should be. */
  readonly note: string | null;
}

/** A build a day is usual; a weekend's pause is no news to anybody who reads on a Monday. */
const DAYS_WITHOUT_NEWS = 2;

/** How old the warehouse is. A workspace that is looked at on a day of its own choice is never stale. */
export async function describeWarehouseAge(context: TenureContext): Promise<WarehouseAge> {
  const { workspace, clock } = context;
  try {
    const { asOf } = await readWarehouse(context, (engine) => fetchCoverage(engine, readMetricCatalogue()));
    if (workspace.config.as_of !== undefined) return { asOf, note: null };
    const days = daysBetween(asOf, utcDate(clock));
    const isStale = days > DAYS_WITHOUT_NEWS;
    return { asOf, note: isStale ? `These figures are ${days} days old: nothing was built since.` : null };
  } catch (error) {
    if (!(error instanceof TenureError) || error.code !== 'WAREHOUSE_MISSING') throw error;
    return { asOf: null, note: null };
  }
}
