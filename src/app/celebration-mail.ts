import type { Clock, Ids } from '../base/index.ts';
import type { Actor, Celebration, Celebrations, Milestone } from '../celebrations/index.ts';
import type { Engine } from '../engines/index.ts';
import {
  CELEBRATION_WAYS,
  enqueueEmail,
  listNotifications,
  type NotificationRow,
  withdrawEmail,
} from '../notify/index.ts';
import {
  addStep,
  buildCelebratedStep,
  buildMessageStep,
  listStepsWithoutMessage,
  renewCards,
} from './celebration-cards.ts';

/** What following up needs. */
export interface MailDesk {
  readonly state: Engine;
  readonly celebrations: Celebrations;
  readonly clock: Clock;
  readonly ids: Ids;
}

const WORKER: Actor = { kind: 'system', name: 'outbox' };
/** An approval without an e-mail is younger than this only while somebody is about to write it. */
const PATIENCE_MS = 60_000;
const MOST = 1000;
/** A message was approved, and nothing has taken its place. */
export const UNDERWAY: readonly Celebration['state'][] = ['approved', 'uncertain', 'sent'];

function renderKey(milestoneId: string, revision: number): string {
  return `celebration ${milestoneId} ${revision}`;
}

/** Puts the message somebody approved into the outbox; the same revision of it goes there once. */
async function enqueueApproved(desk: MailDesk, milestoneId: string): Promise<void> {
  const { customerId, revision, recipient, subject, text, html } =
    await desk.celebrations.fetchApproved(milestoneId);
  await enqueueEmail(
    desk.state,
    {
      dedupeKey: renderKey(milestoneId, revision),
      customerId,
      subjectId: milestoneId,
      email: { to: recipient.address, subject, text, html },
    },
    desk,
  );
}

/** After an approval: the message goes to the outbox, and the cards say that it is on its way. Doing it again changes nothing. */
export async function sendApproved(desk: MailDesk, celebration: Celebration): Promise<void> {
  if (celebration.state !== 'approved') return;
  const { milestoneId } = celebration;
  await enqueueApproved(desk, milestoneId);
  const step = buildMessageStep(celebration, { how: 'approved, on its way' });
  await renewCards(desk.state, { milestoneId, steps: addStep(step) }, desk);
}

/** Why an e-mail that waits is not to go after all; null while it is. */
function describeWithdrawn(celebration: Celebration, email: NotificationRow): string | null {
  const { state, milestoneId, revision } = celebration;
  if (state === 'celebrated') {
    const { celebrationType, celebratedBy } = celebration;
    return `${celebratedBy} celebrated the milestone in another way: ${CELEBRATION_WAYS[celebrationType ?? 'other']}`;
  }
  if (state === 'skipped')
    return `${celebration.skippedBy} skipped the milestone: ${celebration.skippedReason}`;
  const isWanted =
    (state === 'approved' || state === 'uncertain') && email.dedupeKey === renderKey(milestoneId, revision);
  return isWanted ? null : `its words were changed: revision ${revision} stands`;
}

function describeRevoked({ isRevoked, revokedReason }: Milestone): string | null {
  return isRevoked ? `the milestone was revoked: ${revokedReason ?? 'no reason was given'}` : null;
}

/** What was approved for a milestone that turned out not to be one is a draft again. */
async function withdrawRevoked(desk: MailDesk, milestone: Milestone): Promise<Celebration | null> {
  const { id: milestoneId } = milestone;
  const celebration = await desk.celebrations.fetch(milestoneId);
  const reason = describeRevoked(milestone);
  if (reason === null || celebration?.state !== 'approved') return celebration;
  return desk.celebrations.withdraw({ milestoneId, actor: WORKER, reason });
}

async function withdrawOne(desk: MailDesk, email: NotificationRow): Promise<boolean> {
  const milestone = await desk.celebrations.fetchMilestone(email.subjectId ?? '');
  if (milestone === null) return false;
  const celebration = await withdrawRevoked(desk, milestone);
  if (celebration === null) return false;
  const reason = describeRevoked(milestone) ?? describeWithdrawn(celebration, email);
  if (reason === null) return false;
  // The card first: cut short between the two, this is done again. One that tells of a later message keeps that.
  if (!UNDERWAY.includes(celebration.state))
    await renewCards(
      desk.state,
      { milestoneId: milestone.id, steps: () => listStepsWithoutMessage(celebration) },
      desk,
    );
  return withdrawEmail(desk.state, { id: email.id, reason });
}

/**
 * Takes back the e-mails that wait though they are no longer to go: their milestone was celebrated in another way, skipped or
 * revoked, or their words were changed. One that is just being sent cannot be taken back.
 *
 * @param milestoneId only those of this milestone
 * @returns how many
 */
export async function withdrawEmails(desk: MailDesk, milestoneId?: string): Promise<number> {
  const filter = { kind: 'email', state: 'pending', limit: MOST } as const;
  const waiting = await listNotifications(
    desk.state,
    milestoneId === undefined ? filter : { ...filter, subjectId: milestoneId },
  );
  let withdrawn = 0;
  for (const email of waiting) withdrawn += (await withdrawOne(desk, email)) ? 1 : 0;
  return withdrawn;
}

/** After a milestone was marked as celebrated: a message that waits is taken back, and the cards say who did what. */
export async function followCelebrated(desk: MailDesk, celebration: Celebration): Promise<void> {
  const { milestoneId } = celebration;
  await withdrawEmails(desk, milestoneId);
  const step = buildCelebratedStep(celebration);
  const steps = celebration.state === 'celebrated' ? () => [step] : addStep(step);
  await renewCards(desk.state, { milestoneId, steps }, desk);
}

/** The e-mail of the latest approval; one of an earlier approval is none of it. */
async function findEmail(desk: MailDesk, celebration: Celebration): Promise<NotificationRow | null> {
  const { milestoneId, approvedAt } = celebration;
  const rows = await listNotifications(desk.state, { subjectId: milestoneId, limit: MOST });
  const since = Date.parse(approvedAt ?? '');
  return rows.find((row) => row.kind === 'email' && Date.parse(row.createdAt) >= since) ?? null;
}

async function followEmail(
  desk: MailDesk,
  celebration: Celebration,
  email: NotificationRow,
): Promise<boolean> {
  const { milestoneId } = celebration;
  const renew = (how: string, at?: string) =>
    renewCards(
      desk.state,
      {
        milestoneId,
        steps: addStep(buildMessageStep(celebration, at === undefined ? { how } : { how, at })),
      },
      desk,
    );
  // The card first: cut short between the two, this is done again and changes nothing that is done.
  if (email.state === 'sent') {
    await renew('sent', email.sentAt ?? undefined);
    await desk.celebrations.markSent({ milestoneId, actor: WORKER });
    return true;
  }
  if (email.state !== 'uncertain' || celebration.state !== 'approved') return false;
  await renew('nobody knows whether it arrived');
  await desk.celebrations.markUncertain({ milestoneId, actor: WORKER });
  return true;
}

function isForgotten({ clock }: MailDesk, { state, approvedAt }: Celebration): boolean {
  return state === 'approved' && clock.now() - Date.parse(approvedAt ?? '') > PATIENCE_MS;
}

async function sendForgotten(desk: MailDesk, { milestoneId }: Celebration): Promise<boolean> {
  const milestone = await desk.celebrations.fetchMilestone(milestoneId);
  if (milestone === null) return false;
  const celebration = await withdrawRevoked(desk, milestone);
  if (celebration?.state === 'approved') await enqueueApproved(desk, milestoneId);
  return true;
}

/**
 * Lets celebrations follow their e-mails: what arrived makes them `sent`, what may have arrived `uncertain`. An approval
 * whose e-mail was never written, because the process was killed just then, gets it.
 *
 * @returns how many changed
 */
export async function followEmails(desk: MailDesk): Promise<number> {
  const open = await desk.celebrations.list({ states: ['approved', 'uncertain'], limit: MOST });
  let changes = 0;
  for (const celebration of open) {
    const email = await findEmail(desk, celebration);
    if (email !== null) changes += (await followEmail(desk, celebration, email)) ? 1 : 0;
    else if (isForgotten(desk, celebration)) {
      changes += (await sendForgotten(desk, celebration)) ? 1 : 0;
    }
  }
  return changes;
}
