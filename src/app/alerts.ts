import {
  buildRuleId,
  type FiringFilter,
  listFirings,
  type RecordedFiring,
  snoozeAlerts,
} from '../alerts/index.ts';
import { TenureError } from '../base/index.ts';
import { fetchCustomerFacts } from '../celebrations/index.ts';
import { dropPlannedAlerts } from '../notify/index.ts';
import { runJob, type TenureContext, withState } from './context.ts';
import { readWarehouse } from './query.ts';
import { type AlertRunReport, runWorkspaceAlerts } from './run-alerts-store.ts';

/** Judges every rule over the days since it was judged last. */
export function runAlertRules(context: TenureContext): Promise<AlertRunReport> {
  return runJob(context, {
    kind: 'alert',
    asOf: null,
    work: (state) => runWorkspaceAlerts(context, state),
    renderEnd: ({ told, historical }) => ({
      status: 'ok',
      summary: `${told.length} told, ${historical} history`,
    }),
  });
}

export function listAlertFirings(
  context: TenureContext,
  filter: FiringFilter = {},
): Promise<readonly RecordedFiring[]> {
  return withState(context, (state) => listFirings(state, filter));
}

/** What is to be quiet, until when, and why: see `snoozeAlerts`. */
export type AlertSnooze = Parameters<typeof snoozeAlerts>[1];

/** A customer nobody has would be quiet for ever without a word. */
async function assertCustomer(context: TenureContext, customerId: string): Promise<void> {
  if ((await context.storage.fetchStamp()) === null) return;
  const facts = await readWarehouse(context, (warehouse) => fetchCustomerFacts(warehouse, [customerId]));
  if (facts.size > 0) return;
  const problem = `the warehouse knows no customer ${customerId}`;
  throw new TenureError('ALERT_SNOOZE_INVALID', { problem });
}

/** Keeps alerts quiet: none fires, and none that waits is sent. */
export async function snoozeWorkspaceAlerts(context: TenureContext, snooze: AlertSnooze): Promise<void> {
  if (snooze.entity?.kind === 'customer') await assertCustomer(context, snooze.entity.id);
  const { rule, entity, until, by, reason } = snooze;
  await withState(context, (state) =>
    state.transaction(async () => {
      await snoozeAlerts(state, snooze, context);
      if (entity !== undefined && entity.kind !== 'customer') return;
      await dropPlannedAlerts(state, {
        ruleId: rule === undefined ? null : buildRuleId(rule),
        customerId: entity?.id ?? null,
        reason: `snoozed by ${by} up to ${until}: ${reason}`,
      });
    }),
  );
}
