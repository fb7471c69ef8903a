import type { Clock, Ids } from '../base/index.ts';
import type { Actor, Celebration, Celebrations } from '../celebrations/index.ts';
import type { Engine } from '../engines/index.ts';
import { enqueueEmail, listNotifications, type NotificationRow } from '../notify/index.ts';
import { buildMessageStep, renewCards } from './celebration-cards.ts';

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

/** Puts the message somebody approved into the outbox; the same revision of it goes there once. */
async function enqueueApproved(desk: MailDesk, milestoneId: string): Promise<void> {
  const { customerId, revision, recipient, subject, text, html } =
    await desk.celebrations.fetchApproved(milestoneId);
  await enqueueEmail(
    desk.state,
    {
      dedupeKey: `celebration ${milestoneId} ${revision}`,
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
  await renewCards(desk.state, { milestoneId, step }, desk);
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
      { milestoneId, step: buildMessageStep(celebration, at === undefined ? { how } : { how, at }) },
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
      await enqueueApproved(desk, celebration.milestoneId);
      changes += 1;
    }
  }
  return changes;
}
