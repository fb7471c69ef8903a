import { type FiringFilter, listFirings, type RecordedFiring, snoozeAlerts } from '../alerts/index.ts';
import { runJob, type TenureContext, withState } from './context.ts';
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

export function snoozeWorkspaceAlerts(context: TenureContext, snooze: AlertSnooze): Promise<void> {
  return withState(context, (state) => snoozeAlerts(state, snooze, context));
}
