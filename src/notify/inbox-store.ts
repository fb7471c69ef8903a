import { type Clock, utcTime } from '../base/index.ts';
import type { Engine } from '../engines/index.ts';
import { type NotificationRow, parseNotification } from './outbox-store.ts';

export interface InboxFilter {
  /** The team member; null for what is everybody's, because no person was found for it. */
  readonly recipientId: string | null;
  /** Milliseconds since the epoch: what is not due yet is not shown. */
  readonly now: number;
  readonly limit: number;
}

/**
 * The in-app inbox of a person, the latest first: everything they are told, whatever the channel, each as its latest
 * renewal says. What waits for a digest is here already.
 */
export async function listInbox(engine: Engine, filter: InboxFilter): Promise<readonly NotificationRow[]> {
  const rows = await engine.query(
    `with renewals as (
       select target_key, payload, row_number() over (partition by target_key order by version desc) as place
       from notifications
       where kind = 'card_update'
     )
     select notifications.*, renewals.payload as renewed
     from notifications
     left join renewals on notifications.dedupe_key = renewals.target_key and renewals.place = 1
     where notifications.kind in ('milestone', 'alert') and notifications.state <> 'cancelled'
       and coalesce(notifications.recipient_id, '') = $1
       and (notifications.deliver_after <= cast($2 as timestamptz) or notifications.state = 'held')
     order by notifications.deliver_after desc, notifications.dedupe_key limit cast($3 as bigint)`,
    [filter.recipientId ?? '', new Date(filter.now).toISOString(), filter.limit],
  );
  return rows.map((row) => parseNotification({ ...row, payload: row['renewed'] ?? row['payload'] ?? null }));
}

/** Notes that somebody has read a notification. */
export async function markRead(
  engine: Engine,
  id: string,
  { clock }: { readonly clock: Clock },
): Promise<void> {
  await engine.execute(
    'update notifications set read_at = cast($2 as timestamptz) where id = cast($1 as uuid) and read_at is null',
    [id, utcTime(clock)],
  );
}
