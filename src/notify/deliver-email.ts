import { errorText } from '../base/index.ts';
import { buildEmail } from './build-email.ts';
import type { Delivery, DeliveryContext } from './deliver-slack.ts';
import { describeRevoked } from './describe-revoked.ts';
import { fetchRenewal } from './outbox-store.ts';
import type { EmailPort } from './ports.ts';
import { renderForEmail } from './render-content.ts';
import type { Claim } from './worker-store.ts';

/**
 * Sends an e-mail, at most once. Nobody can look whether one has arrived, so after an attempt that was cut short, and
 * after an answer that was lost, a person decides.
 */
export async function deliverByEmail(
  claim: Claim,
  port: EmailPort,
  { engine, clock }: DeliveryContext,
): Promise<Delivery> {
  if (claim.maybeSentSince !== null)
    return { kind: 'unknown', reason: 'an earlier attempt was cut short', isMaybeSent: true };
  const latest = await fetchRenewal(engine, claim.dedupeKey);
  const content = latest?.content ?? claim.content;
  const revoked = describeRevoked(content);
  if (revoked !== null) return { kind: 'cancelled', reason: revoked };
  const email = await buildEmail({
    ...renderForEmail(content, claim.address),
    from: port.from,
    replyTo: port.replyTo,
    dedupeKey: claim.dedupeKey,
    at: clock.now(),
  }).catch((error: unknown) => errorText(error));
  if (typeof email === 'string') return { kind: 'refused', reason: email, isFinal: true, isMaybeSent: false };
  const outcome = await port.send(email);
  return outcome.kind === 'sent' ? outcome : { ...outcome, isMaybeSent: outcome.kind === 'unknown' };
}
