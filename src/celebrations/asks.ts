import { addDays, daysBetween, TenureError } from '../base/index.ts';
import type { Engine } from '../engines/index.ts';
import { fetchLastAsked } from './celebration-store.ts';
import { DAYS_BETWEEN_ASKS } from './ideas.ts';

/**
 * A customer is asked for a favour once in 180 days, whoever asks and for whatever.
 *
 * @param today `YYYY-MM-DD`
 * @throws TenureError ASKED_RECENTLY naming the day from which on it may be asked again
 */
export async function assertMayAsk(state: Engine, customer: string, today: string): Promise<void> {
  const asked = (await fetchLastAsked(state)).get(customer);
  if (asked === undefined || daysBetween(asked, today) >= DAYS_BETWEEN_ASKS) return;
  throw new TenureError('ASKED_RECENTLY', { customer, asked, again: addDays(asked, DAYS_BETWEEN_ASKS) });
}
