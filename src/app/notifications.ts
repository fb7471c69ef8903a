import { systemChance } from '../base/index.ts';
import { openCelebrations } from '../celebrations/index.ts';
import {
  listInbox,
  listNotifications,
  type NotificationRow,
  openNotifyPorts,
  resolveUncertain,
  retryDead,
  runWorkerOnce,
  type WorkerReport,
  writeSnooze,
} from '../notify/index.ts';
import { followEmails, withdrawEmails } from './celebration-mail.ts';
import { type TenureContext, withState } from './context.ts';
import { readNotifyPlan, readWorkspaceTemplates } from './workspace-notify.ts';

/** What somebody does not want to be told for a while. */
export type NotificationSnooze = Omit<Parameters<typeof writeSnooze>[1], 'until'> & {
  /** ISO 8601. */
  readonly until: string;
};

/** The outbox of a workspace. */
export interface NotificationVerbs {
  /** What a person is told, the latest first; without a person, what is everybody's. */
  inbox(recipientId?: string, limit?: number): Promise<readonly NotificationRow[]>;
  /** Rows of the outbox, for example those that are `dead` or `uncertain`. */
  list(filter?: {
    readonly state?: string | undefined;
    readonly limit?: number | undefined;
  }): Promise<readonly NotificationRow[]>;
  /** Sends what is due, once; `tenure serve` does it all the time. */
  deliver(): Promise<WorkerReport & { readonly notes: readonly string[] }>;
  /** @throws TenureError NOTIFICATION_UNKNOWN */
  retry(id: string, by: string): Promise<void>;
  /** @throws TenureError NOTIFICATION_UNKNOWN */
  decide(id: string, decision: { readonly decision: 'sent' | 'again'; readonly by: string }): Promise<void>;
  snooze(snooze: NotificationSnooze): Promise<void>;
}

const ROWS_AT_ONCE = 200;

function deliver(context: TenureContext) {
  const { clock, ids, workspace } = context;
  const plan = readNotifyPlan(context);
  return withState(context, async (state) => {
    const worker = { clock, ids, chance: systemChance, limit: ROWS_AT_ONCE };
    const celebrations = openCelebrations({ state, templates: readWorkspaceTemplates(workspace), clock });
    const desk = { state, celebrations, clock, ids };
    await withdrawEmails(desk);
    const report = await runWorkerOnce(state, openNotifyPorts(plan), worker);
    await followEmails(desk);
    return { ...report, notes: plan.channels.notes };
  });
}

/** Opens the verbs of the outbox. */
export function buildNotificationVerbs(context: TenureContext): NotificationVerbs {
  const { clock } = context;
  return Object.freeze({
    inbox: (recipientId?: string, limit = 50) =>
      withState(context, (state) =>
        listInbox(state, { recipientId: recipientId ?? null, now: clock.now(), limit }),
      ),
    list: ({ state: wanted, limit = 100 }: Parameters<NotificationVerbs['list']>[0] = {}) =>
      withState(context, (state) =>
        listNotifications(state, {
          ...(wanted === undefined ? {} : { state: wanted as NotificationRow['state'] }),
          limit,
        }),
      ),
    deliver: () => deliver(context),
    retry: (id: string, by: string) =>
      withState(context, (state) => state.transaction(() => retryDead(state, { id, by }, { clock }))),
    decide: (id: string, { decision, by }: Parameters<NotificationVerbs['decide']>[1]) =>
      withState(context, (state) =>
        state.transaction(() => resolveUncertain(state, { id, decision, by }, { clock })),
      ),
    snooze: (snooze: NotificationSnooze) =>
      withState(context, async (state) => {
        await writeSnooze(state, { ...snooze, until: Date.parse(snooze.until) }, context);
      }),
  });
}
