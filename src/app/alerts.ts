import { type FiringFilter, listFirings, type RecordedFiring, snoozeAlerts } from '../alerts/index.ts';
import type { DuckdbEngine } from '../engines/index.ts';
import { runJob, type TenureContext } from './context.ts';
import { type AlertRunReport, runWorkspaceAlerts } from './run-alerts-store.ts';
import { openState } from './state-store.ts';

async function readState<T>(context: TenureContext, work: (state: DuckdbEngine) => Promise<T>): Promise<T> {
  const state = await openState(context.workspace);
  try {
    return await work(state);
  } finally {
    await state.close();
  }
}

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
  return readState(context, (state) => listFirings(state, filter));
}

/** What is to be quiet, until when, and why: see `snoozeAlerts`. */
export type AlertSnooze = Parameters<typeof snoozeAlerts>[1];

export function snoozeWorkspaceAlerts(context: TenureContext, snooze: AlertSnooze): Promise<void> {
  return readState(context, (state) => snoozeAlerts(state, snooze, context));
}
