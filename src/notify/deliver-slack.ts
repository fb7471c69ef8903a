import { type Clock, errorText } from '../base/index.ts';
import type { Engine } from '../engines/index.ts';
import { describeRevoked } from './describe-revoked.ts';
import { fetchNotification, fetchRenewal } from './outbox-store.ts';
import type { Content } from './outbox-types.ts';
import type { Failure, ProviderRef, SlackPort } from './ports.ts';
import { renderForSlack } from './render-content.ts';
import type { Claim } from './worker-store.ts';

export type FailedDelivery = Failure & {
  /** True when a message of this attempt or an earlier one may be out there. */
  readonly isMaybeSent: boolean;
};

/** What one attempt led to, before it is decided what follows from it. */
export type Delivery =
  | FailedDelivery
  | { readonly kind: 'sent'; readonly ref: ProviderRef }
  | { readonly kind: 'found'; readonly ref: ProviderRef }
  | { readonly kind: 'cancelled'; readonly reason: string }
  /** Not tried, because something else has to happen first. */
  | { readonly kind: 'waits'; readonly reason: string; readonly until: number };

export interface DeliveryContext {
  readonly engine: Engine;
  readonly clock: Clock;
}

/** How far Slack's clock may be off ours when its history is searched. */
const CLOCK_MARGIN_MS = 300_000;
/** What a post may take: without that much of the lease left, another worker may be at it before it ends. */
const POST_MARGIN_MS = 30_000;
const WAIT_MS = 60_000;
const MOST_TURNS = 5;

/** The content as the latest renewal has it. */
async function fetchContent(claim: Claim, engine: Engine): Promise<Content> {
  const latest = await fetchRenewal(engine, claim.dedupeKey);
  return latest?.content ?? claim.content;
}

/** A content that nobody can render is refused like an address that is none; nothing was sent of it. */
export function buildMessage<T>(render: () => T): T | FailedDelivery {
  try {
    return render();
  } catch (error) {
    return { kind: 'refused', reason: errorText(error), isFinal: true, isMaybeSent: false };
  }
}

/**
 * Sends a message, once: when an earlier attempt may have arrived, the conversation is searched for it first, and
 * nothing is sent before the search has said that it is not there.
 */
export async function deliverToSlack(
  claim: Claim,
  port: SlackPort,
  { engine, clock }: DeliveryContext,
): Promise<Delivery> {
  const since = claim.maybeSentSince;
  let channel = claim.address;
  if (/^[UW]/.test(channel)) {
    const opened = await port.openConversation(channel);
    if (opened.kind !== 'opened')
      // Opening a conversation again opens the same one: its answer may be lost without harm.
      return { ...opened, isMaybeSent: since !== null };
    channel = opened.channel;
  }
  if (since !== null) {
    const found = await port.find({ channel, dedupeKey: claim.dedupeKey, since: since - CLOCK_MARGIN_MS });
    if (found.kind === 'found') return found;
    if (found.kind !== 'absent') return { ...found, isMaybeSent: true };
  }
  const content = await fetchContent(claim, engine);
  const revoked = describeRevoked(content);
  if (revoked !== null) return { kind: 'cancelled', reason: revoked };
  if (clock.now() > claim.leaseUntil - POST_MARGIN_MS)
    return { kind: 'waits', reason: 'too little of the lease was left', until: clock.now() };
  const message = buildMessage(() => renderForSlack(content));
  if ('kind' in message) return message;
  const outcome = await port.post({ channel, message, dedupeKey: claim.dedupeKey });
  return outcome.kind === 'sent' ? outcome : { ...outcome, isMaybeSent: outcome.kind === 'unknown' };
}

/** Makes a message that was sent show the latest content. Doing it again does no harm. */
export async function deliverCardUpdate(
  claim: Claim,
  port: SlackPort,
  { engine, clock }: DeliveryContext,
): Promise<Delivery> {
  const targetKey = claim.targetKey ?? '';
  const target = await fetchNotification(engine, targetKey);
  const state = String(target?.['state']);
  if (state === 'pending' || state === 'sending') {
    const next = Date.parse(String(target?.['next_attempt_at']));
    const until = Math.max(clock.now() + WAIT_MS, next);
    return { kind: 'waits', reason: 'its message is not sent yet', until };
  }
  if (state !== 'sent' || target?.['provider_ref'] == null)
    return { kind: 'cancelled', reason: `its message was not sent singly: ${state}` };
  const { channel = '', ts = '' } = JSON.parse(String(target['provider_ref'])) as Record<string, string>;
  let latest = await fetchRenewal(engine, targetKey);
  for (let turn = 0; latest !== null && turn < MOST_TURNS; turn += 1) {
    const shown = latest;
    const outcome = await port.update(renderForSlack(shown.content), { channel, ts });
    if (outcome.kind !== 'sent') return { ...outcome, isMaybeSent: false };
    latest = await fetchRenewal(engine, targetKey);
    // A newer content that another worker showed meanwhile may just have been covered by this one.
    if (latest?.version === shown.version) return outcome;
  }
  return { kind: 'waits', reason: 'its content keeps changing', until: clock.now() + WAIT_MS };
}
