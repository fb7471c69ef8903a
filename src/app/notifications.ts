import { systemChance, TenureError } from '../base/index.ts';
import { openCelebrations } from '../celebrations/index.ts';
import {
  listInbox,
  listNotifications,
  type NotificationRow,
  openNotifyPorts,
  resolveUncertain,
  retryDead,
  runWorkerOnce,
  snoozePlanned,
  type TeamMember,
  type WorkerReport,
  writeSnooze,
} from '../notify/index.ts';
import { followEmails, withdrawEmails } from './celebration-mail.ts';
import { type TenureContext, withState } from './context.ts';
import { readWarehouse } from './query.ts';
import { fetchMembers } from './tell-milestones-store.ts';
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
  /**
   * Puts off or drops what is planned, and what will be, until then.
   *
   * @returns how many notifications that wait were put off or dropped
   * @throws TenureError SNOOZE_INVALID
   */
  snooze(snooze: NotificationSnooze): Promise<number>;
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

/** The team as the warehouse has it; nobody where there is no warehouse yet. */
async function readMembers(context: TenureContext): Promise<readonly TeamMember[]> {
  return (await context.storage.fetchStamp()) === null ? [] : readWarehouse(context, fetchMembers);
}

async function snooze(context: TenureContext, wanted: NotificationSnooze): Promise<number> {
  const { clock } = context;
  const until = Date.parse(wanted.until);
  const refuse = (problem: string) => new TenureError('SNOOZE_INVALID', { problem });
  if (Number.isNaN(until)) throw refuse(`${wanted.until} is no time such as 2026-03-14T09:00:00Z`);
  if (until <= clock.now()) throw refuse(`${wanted.until} is over`);
  if (wanted.scopeId.trim() === '' || wanted.reason.trim() === '')
    throw refuse('it says not what is to be quiet, and why');
  const { settings } = readNotifyPlan(context);
  const members = await readMembers(context);
  return withState(context, (state) =>
    state.transaction(async () => {
      await writeSnooze(state, { ...wanted, until }, context);
      return snoozePlanned(state, { members, settings, clock });
    }),
  );
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
    snooze: (wanted: NotificationSnooze) => snooze(context, wanted),
  });
}
