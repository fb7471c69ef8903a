import { type Engine, isConflict, type Row } from '../engines/index.ts';
import type { Channel, Content } from './outbox-types.ts';
import type { ProviderRef } from './ports.ts';

/** A row the worker holds by its lease. */
export interface Claim {
  readonly id: string;
  readonly dedupeKey: string;
  readonly kind: Content['kind'] | 'card_update';
  readonly channel: Channel;
  readonly address: string;
  readonly content: Content;
  readonly targetKey: string | null;
  readonly version: number;
  /** Which attempt this one is, from 1. */
  readonly attempt: number;
  readonly failures: number;
  /** Set when a message of an earlier attempt may be out there: since when. Milliseconds since the epoch. */
  readonly maybeSentSince: number | null;
  readonly worker: string;
  readonly leaseUntil: number;
}

/** What came of an attempt. */
export interface Verdict {
  readonly outcome: 'sent' | 'found' | 'retry' | 'limited' | 'dead' | 'uncertain' | 'cancelled';
  readonly detail: string | null;
  readonly ref?: ProviderRef;
  /** Milliseconds since the epoch, for `retry` and `limited`. */
  readonly nextAttemptAt?: number;
  /** True when a message may be out there though none is recorded. */
  readonly isMaybeSent: boolean;
  readonly countsAsFailure: boolean;
}

export interface DueFilter {
  readonly now: number;
  readonly channels: readonly Channel[];
  readonly limit: number;
}

const WRITES = 5;
const STATES: Readonly<Record<Verdict['outcome'], string>> = {
  sent: 'sent',
  found: 'sent',
  retry: 'pending',
  limited: 'pending',
  dead: 'dead',
  uncertain: 'uncertain',
  cancelled: 'cancelled',
};

function renderTime(milliseconds: number | null | undefined): string | null {
  return milliseconds === null || milliseconds === undefined ? null : new Date(milliseconds).toISOString();
}

const DUE = `(
  (state = 'pending' and next_attempt_at <= cast($1 as timestamptz))
  or (state = 'sending' and lease_until < cast($1 as timestamptz))
)`;

/** What is to be sent now: what is due, and what a worker left behind when it died. */
export async function listDue(engine: Engine, filter: DueFilter): Promise<readonly Row[]> {
  const places = filter.channels.map((_, index) => `$${index + 3}`).join(', ');
  if (places === '') return [];
  return engine.query(
    `select * from notifications where ${DUE} and channel in (${places})
     order by next_attempt_at, worth desc, created_at, dedupe_key limit cast($2 as bigint)`,
    [renderTime(filter.now), filter.limit, ...filter.channels],
  );
}

/** How many rows wait for a way out that is not configured, by channel. */
export async function countWaiting(
  engine: Engine,
  filter: Omit<DueFilter, 'limit'>,
): Promise<Readonly<Record<string, number>>> {
  const rows = await engine.query(
    `select channel, count(*) as rows from notifications where ${DUE} group by channel order by channel`,
    [renderTime(filter.now)],
  );
  const waiting = rows.filter((row) => !filter.channels.includes(row['channel'] as Channel));
  return Object.fromEntries(waiting.map((row) => [String(row['channel']), Number(row['rows'])]));
}

function parseClaim(row: Row, lease: Pick<Claim, 'worker' | 'leaseUntil'>): Claim {
  const since = row['maybe_sent_since'] ?? null;
  return {
    id: String(row['id']),
    dedupeKey: String(row['dedupe_key']),
    kind: row['kind'] as Claim['kind'],
    channel: row['channel'] as Channel,
    address: String(row['address'] ?? ''),
    content: JSON.parse(String(row['payload'])) as Content,
    targetKey: (row['target_key'] ?? null) as string | null,
    version: Number(row['version'] ?? 0),
    attempt: Number(row['attempts']) + 1,
    failures: Number(row['failures']),
    maybeSentSince: since === null ? null : Date.parse(String(since)),
    ...lease,
  };
}

/**
 * Takes a row by a lease, if it still is as it was read; null when another worker was first. From here on a message of
 * it may be out there, whatever happens to this process.
 */
export async function claimRow(
  engine: Engine,
  row: Row,
  lease: { readonly worker: string; readonly now: number; readonly leaseUntil: number },
): Promise<Claim | null> {
  const claim = parseClaim(row, { worker: lease.worker, leaseUntil: lease.leaseUntil });
  const now = renderTime(lease.now);
  try {
    return await engine.transaction(async () => {
      const changed = await engine.execute(
        `update notifications set
           state = 'sending', attempts = cast($2 as integer), lease_owner = $3, lease_until = cast($4 as timestamptz),
           maybe_sent_since = coalesce(maybe_sent_since, cast($5 as timestamptz))
         where id = cast($1 as uuid) and state = $6 and attempts = cast($7 as integer)`,
        [
          claim.id,
          claim.attempt,
          claim.worker,
          renderTime(claim.leaseUntil),
          now,
          String(row['state']),
          claim.attempt - 1,
        ],
      );
      if (changed !== 1) return null;
      await engine.execute(
        `insert into notification_attempts (notification_id, attempt, worker, started_at)
         values (cast($1 as uuid), cast($2 as integer), $3, cast($4 as timestamptz))`,
        [claim.id, claim.attempt, claim.worker, now],
      );
      return claim;
    });
  } catch (error) {
    if (isConflict(error)) return null;
    throw error;
  }
}

async function writeVerdict(engine: Engine, claim: Claim, verdict: Verdict & { now: number }): Promise<void> {
  const isSent = verdict.outcome === 'sent' || verdict.outcome === 'found';
  const now = renderTime(verdict.now);
  const changed = await engine.execute(
    `update notifications set
       state = cast($4 as text), failures = failures + cast($5 as integer), lease_owner = null, lease_until = null,
       next_attempt_at = coalesce(cast($6 as timestamptz), next_attempt_at),
       maybe_sent_since = case when cast($7 as boolean) then maybe_sent_since end,
       provider_ref = coalesce(cast($8 as json), provider_ref), sent_at = coalesce(cast($9 as timestamptz), sent_at),
       last_error = $10, state_reason = case when cast($4 as text) = 'cancelled' then $10 else state_reason end
     where id = cast($1 as uuid) and lease_owner = $2 and attempts = cast($3 as integer) and state = 'sending'`,
    [
      ...[claim.id, claim.worker, claim.attempt, STATES[verdict.outcome], verdict.countsAsFailure ? 1 : 0],
      ...[renderTime(verdict.nextAttemptAt), verdict.isMaybeSent],
      verdict.ref === undefined ? null : JSON.stringify(verdict.ref),
      isSent ? now : null,
      isSent ? null : verdict.detail,
    ],
  );
  await engine.execute(
    `update notification_attempts set finished_at = cast($4 as timestamptz), outcome = $5, detail = $6
     where notification_id = cast($1 as uuid) and attempt = cast($2 as integer) and worker = $3 and finished_at is null`,
    [
      ...[claim.id, claim.attempt, claim.worker, now, verdict.outcome],
      changed === 1
        ? verdict.detail
        : `${verdict.detail ?? ''} (its lease had passed to another worker)`.trim(),
    ],
  );
}

/** Records what came of an attempt, if the lease still is ours. */
export async function recordVerdict(
  engine: Engine,
  claim: Claim,
  verdict: Verdict & { readonly now: number },
): Promise<void> {
  for (let turn = 1; ; turn += 1) {
    try {
      await engine.transaction(() => writeVerdict(engine, claim, verdict));
      return;
    } catch (error) {
      // Somebody marks it as read at the same moment, for example: what was sent must not be forgotten for that.
      if (!isConflict(error) || turn >= WRITES) throw error;
    }
  }
}
