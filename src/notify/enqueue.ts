import { TenureError } from '../base/index.ts';
import type { Engine } from '../engines/index.ts';
import { assertEmail } from './build-email.ts';
import type { EmailDraft } from './email-draft.ts';
import {
  fetchNotification,
  fetchPlannedBefore,
  fetchRenewal,
  insertNotifications,
  insertRenewal,
  type Writing,
} from './outbox-store.ts';
import type { AlertItem, CardContent, PlannedNotification, TeamMember } from './outbox-types.ts';
import { planDeliveries } from './plan-deliveries.ts';
import type { Channels } from './secrets.ts';
import type { NotifySettings } from './settings.ts';
import { listSnoozes } from './snooze-store.ts';

/** Which attempt at a number for a renewal is the last. */
const MOST_RENEWALS_AT_ONCE = 100;

export interface AlertsInput {
  readonly items: readonly AlertItem[];
  readonly members: readonly TeamMember[];
  readonly settings: NotifySettings;
  readonly channels: Pick<Channels, 'slack' | 'email'>;
}

/** What became of the items of one call. */
export interface EnqueueReport {
  /** Goes singly, or is in the inbox. */
  readonly singly: number;
  /** Waits for a digest. */
  readonly held: number;
  /** Dropped by a snooze. */
  readonly cancelled: number;
  /** Was in the outbox before. */
  readonly known: number;
}

/**
 * Plans whom each item is told, where and when, and writes it to the outbox. Run it in the transaction that records what
 * the items tell of: then both happen, or neither. Items the outbox knows add nothing.
 *
 * @example
 * await engine.transaction(async () => {
 *   await writeMilestones(engine, found);
 *   await enqueueAlerts(engine, { items, members, settings, channels }, { ids, clock });
 * });
 */
export async function enqueueAlerts(
  engine: Engine,
  input: AlertsInput,
  writing: Writing,
): Promise<EnqueueReport> {
  const now = writing.clock.now();
  const keys = [...new Set(input.items.map(({ dedupeKey }) => dedupeKey))];
  const before = await fetchPlannedBefore(engine, keys, now);
  const snoozes = await listSnoozes(engine, now);
  const planned = planDeliveries({ ...input, before, snoozes, now });
  await insertNotifications(engine, planned, writing);
  const count = (...states: PlannedNotification['state'][]) =>
    planned.filter(({ state }) => states.includes(state)).length;
  return {
    singly: count('pending', 'sent'),
    held: count('held'),
    cancelled: count('cancelled'),
    known: keys.length - planned.length,
  };
}

export interface EmailRequest {
  /** What it is, for example the celebration's id: the same again is not sent again. */
  readonly dedupeKey: string;
  readonly customerId: string | null;
  readonly subjectId: string | null;
  readonly email: EmailDraft;
}

/**
 * Puts an e-mail somebody approved into the outbox; false when its key is there already.
 *
 * @throws TenureError EMAIL_INVALID for an address, a subject or a part that cannot be sent
 */
export async function enqueueEmail(
  engine: Engine,
  request: EmailRequest,
  writing: Writing,
): Promise<boolean> {
  const { dedupeKey, customerId, subjectId, email } = request;
  assertEmail(email);
  const row: PlannedNotification = {
    dedupeKey,
    kind: 'email',
    channel: 'email',
    recipientId: null,
    address: email.to,
    route: 'approved by a person',
    customerId,
    subjectId,
    line: email.subject,
    worth: 0,
    content: { kind: 'email', email },
    state: 'pending',
    stateReason: null,
    deliverAfter: writing.clock.now(),
  };
  return (await insertNotifications(engine, [row], writing)) === 1;
}

/**
 * Renews the card of a milestone or an alert: what was sent shows the new content, what was not sent yet is sent with
 * it, and what is revoked before it was sent is never sent. False when the latest renewal says the same already.
 *
 * @param renewal.dedupeKey that of the item
 * @throws TenureError NOTIFICATION_UNKNOWN when there is no notification of that key
 */
export async function enqueueCardUpdate(
  engine: Engine,
  renewal: { readonly dedupeKey: string; readonly content: CardContent },
  writing: Writing,
): Promise<boolean> {
  const { dedupeKey, content } = renewal;
  const target = await fetchNotification(engine, dedupeKey);
  if (target === null)
    throw new TenureError('NOTIFICATION_UNKNOWN', { id: dedupeKey, state: 'any', found: '' });
  for (let turn = 0; turn < MOST_RENEWALS_AT_ONCE; turn += 1) {
    const latest = await fetchRenewal(engine, dedupeKey);
    const shown = latest?.content ?? JSON.parse(String(target['payload']));
    if (JSON.stringify(shown) === JSON.stringify(content)) return false;
    const version = (latest?.version ?? 0) + 1;
    if (await insertRenewal(engine, { target, version, content }, writing)) return true;
  }
  return false;
}
