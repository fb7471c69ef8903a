import { renderOutdated } from './alert-card.ts';
import type { Content } from './outbox-types.ts';

/** Why a message is no longer to be sent; null while it is. */
export function describeRevoked(content: Content): string | null {
  if (content.kind === 'milestone' && content.card.revoked !== undefined)
    return `revoked before it was sent: ${content.card.revoked.reason}`;
  const outdated = content.kind === 'alert' ? renderOutdated(content.card) : null;
  return outdated === null ? null : `taken back before it was sent: ${outdated}`;
}
