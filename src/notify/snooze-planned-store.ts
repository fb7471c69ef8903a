import type { Clock } from '../base/index.ts';
import type { Engine, Row } from '../engines/index.ts';
import { buildWorkingTime } from './build-route.ts';
import type { TeamMember } from './outbox-types.ts';
import { describeSnooze, findSnooze, type Snooze } from './plan-deliveries.ts';
import type { NotifySettings } from './settings.ts';
import { listSnoozes } from './snooze-store.ts';
import { buildDeliverAfter, buildDigestTime } from './working-time.ts';

/** Whose working hours count for what is put off. */
export interface SnoozeContext {
  readonly members: readonly TeamMember[];
  readonly settings: NotifySettings;
  readonly clock: Clock;
}

/** Planned, and no attempt at it was made: of what may be out there nothing is taken back. */
const WAITING = `kind in ('milestone', 'alert') and state in ('pending', 'held') and maybe_sent_since is null`;

function parseIds(row: Row): Readonly<Record<Snooze['scope'], string | null>> {
  const [member, customer, subject] = ['recipient_id', 'customer_id', 'subject_id'].map(
    (name) => (row[name] ?? null) as string | null,
  );
  return { member: member ?? null, customer: customer ?? null, subject: subject ?? null };
}

async function putOff(
  engine: Engine,
  row: Row,
  { snooze, context }: { readonly snooze: Snooze; readonly context: SnoozeContext },
): Promise<number> {
  if (Date.parse(String(row['deliver_after'])) >= snooze.until) return 0;
  const member = context.members.find(({ memberId }) => memberId === row['recipient_id']) ?? null;
  const time = buildWorkingTime(member, context.settings);
  const isHeld = row['state'] === 'held';
  const after = isHeld ? buildDigestTime(snooze.until, time) : buildDeliverAfter(snooze.until, time);
  return engine.execute(
    `update notifications set
       deliver_after = cast($2 as timestamptz), next_attempt_at = cast($2 as timestamptz), state_reason = $3
     where id = cast($1 as uuid) and ${WAITING}`,
    [String(row['id']), new Date(after).toISOString(), describeSnooze(snooze)],
  );
}

/**
 * Lets what was planned before a snooze follow it: it is put off to the first working hour after, or dropped. What the
 * worker has begun to send, and e-mails to customers, are left alone.
 *
 * @returns how many notifications changed
 */
export async function snoozePlanned(engine: Engine, context: SnoozeContext): Promise<number> {
  const now = context.clock.now();
  const snoozes = await listSnoozes(engine, now);
  const rows = await engine.query(
    `select * from notifications where ${WAITING} order by created_at, dedupe_key`,
  );
  let changes = 0;
  for (const row of rows) {
    const snooze = findSnooze(snoozes, parseIds(row), now);
    if (snooze === null) continue;
    changes +=
      snooze.mode === 'drop'
        ? await cancelWaiting(engine, { id: String(row['id']), reason: describeSnooze(snooze) })
        : await putOff(engine, row, { snooze, context });
  }
  return changes;
}

async function cancelWaiting(
  engine: Engine,
  { id, reason }: { readonly id: string; readonly reason: string },
): Promise<number> {
  return engine.execute(
    `update notifications set state = 'cancelled', state_reason = $2 where id = cast($1 as uuid) and ${WAITING}`,
    [id, reason],
  );
}

/** Which alerts are dropped: of a rule, of a customer, or of a rule for a customer; null is any. */
export interface DroppedAlerts {
  readonly ruleId: string | null;
  readonly customerId: string | null;
  readonly reason: string;
}

/** Drops alerts that were planned and are not sent yet. Returns how many. */
export async function dropPlannedAlerts(engine: Engine, dropped: DroppedAlerts): Promise<number> {
  return engine.execute(
    `update notifications set state = 'cancelled', state_reason = $3
     where kind = 'alert' and ${WAITING}
       and (cast($1 as text) is null or subject_id = $1) and (cast($2 as text) is null or customer_id = $2)`,
    [dropped.ruleId, dropped.customerId, dropped.reason],
  );
}
