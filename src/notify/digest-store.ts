import { type Clock, type Ids, utcTime } from '../base/index.ts';
import { type Engine, isConflict, type Row } from '../engines/index.ts';
import { describeRevoked } from './describe-revoked.ts';
import type { Digest } from './digest-card.ts';
import { fetchRenewal, insertNotifications } from './outbox-store.ts';
import type { CardContent, PlannedNotification } from './outbox-types.ts';

interface Bundling {
  readonly ids: Ids;
  readonly clock: Clock;
}

async function cancelRevoked(engine: Engine, rows: readonly Row[]): Promise<readonly Row[]> {
  const kept: Row[] = [];
  for (const row of rows) {
    const latest = await fetchRenewal(engine, String(row['dedupe_key']));
    const content = latest?.content ?? (JSON.parse(String(row['payload'])) as CardContent);
    const reason = describeRevoked(content);
    if (reason === null) kept.push(row);
    else
      await engine.execute(
        `update notifications set state = 'cancelled', digest_id = null, state_reason = $2 where id = cast($1 as uuid)`,
        [String(row['id']), reason],
      );
  }
  return kept;
}

function buildDigest(rows: readonly Row[]): Digest {
  const isStorm = rows.every((row) => String(row['state_reason']).startsWith('storm guard'));
  const items = rows.map((row) => ({ kind: String(row['kind']), line: String(row['line']) }));
  return { reason: isStorm ? 'storm' : 'daily', items };
}

function buildDigestRow(rows: readonly Row[], id: string, now: number): PlannedNotification {
  const text = (name: string) => (rows[0]?.[name] ?? null) as string | null;
  return {
    dedupeKey: `digest ${id}`,
    kind: 'digest',
    channel: text('channel') as PlannedNotification['channel'],
    recipientId: text('recipient_id'),
    address: text('address'),
    route: text('route') ?? '',
    customerId: null,
    subjectId: null,
    line: `${rows.length} in one`,
    worth: rows.reduce((sum, row) => sum + Number(row['worth']), 0),
    content: { kind: 'digest', card: buildDigest(rows) },
    state: 'pending',
    stateReason: null,
    deliverAfter: now,
  };
}

/** All that is due for one recipient becomes one message. Runs in a transaction: the rows and their digest go together. */
async function writeDigest(engine: Engine, group: Row, { ids, clock }: Bundling): Promise<number> {
  const id = ids.next();
  const recipient = [group['recipient_id'], group['channel'], group['address']].map((part) =>
    String(part ?? ''),
  );
  // Taken by a conditional update, so that two workers never bundle the same row.
  const taken = await engine.execute(
    `update notifications set state = 'bundled', digest_id = cast($1 as uuid)
     where state = 'held' and deliver_after <= cast($2 as timestamptz)
       and coalesce(recipient_id, '') = $3 and channel = $4 and coalesce(address, '') = $5`,
    [id, utcTime(clock), ...recipient],
  );
  if (taken === 0) return 0;
  const rows = await cancelRevoked(
    engine,
    await engine.query(
      'select * from notifications where digest_id = cast($1 as uuid) order by worth desc, dedupe_key',
      [id],
    ),
  );
  if (rows.length === 0) return 0;
  if (rows.length > 1)
    return insertNotifications(engine, [buildDigestRow(rows, id, clock.now())], {
      ids: { next: () => id },
      clock,
    });
  // A digest of one is that one, with its buttons.
  await engine.execute(
    `update notifications set state = 'pending', digest_id = null where digest_id = cast($1 as uuid) and state = 'bundled'`,
    [id],
  );
  return 0;
}

/** Makes digests of what is held and due. Returns how many. */
export async function bundleDigests(engine: Engine, bundling: Bundling): Promise<number> {
  const groups = await engine.query(
    `select recipient_id, channel, address from notifications
     where state = 'held' and deliver_after <= cast($1 as timestamptz)
     group by recipient_id, channel, address order by recipient_id, channel, address`,
    [utcTime(bundling.clock)],
  );
  let made = 0;
  for (const group of groups) {
    try {
      made += await engine.transaction(() => writeDigest(engine, group, bundling));
    } catch (error) {
      // Another worker is at it; what it leaves is bundled in the next run.
      if (!isConflict(error)) throw error;
    }
  }
  return made;
}
