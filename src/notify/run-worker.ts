import { type Chance, type Clock, errorText, type Ids } from '../base/index.ts';
import type { Engine, Row } from '../engines/index.ts';
import { buildBackoff, buildPause, MOST_FAILURES } from './backoff.ts';
import { deliverByEmail } from './deliver-email.ts';
import { type Delivery, deliverCardUpdate, deliverToSlack, type FailedDelivery } from './deliver-slack.ts';
import { bundleDigests } from './digest-store.ts';
import type { Channel } from './outbox-types.ts';
import type { NotifyPorts } from './ports.ts';
import { type Claim, claimRow, countWaiting, listDue, recordVerdict, type Verdict } from './worker-store.ts';

/** Longer than everything one attempt may wait for. */
const LEASE_MS = 300_000;

export interface WorkerOptions {
  readonly clock: Clock;
  readonly ids: Ids;
  readonly chance: Chance;
  /** How many notifications one run takes on at most. */
  readonly limit: number;
}

/** What one run did, counted. */
export interface WorkerReport {
  /** Digests made of what was held. */
  readonly digests: number;
  readonly sent: number;
  /** Had arrived before, though nobody had recorded it. */
  readonly found: number;
  /** Tried again later. */
  readonly retried: number;
  /** Put off because the provider asked for it. */
  readonly limited: number;
  /** Given up: see `listNotifications` with the state `dead`. */
  readonly dead: number;
  /** E-mails a person has to decide on. */
  readonly uncertain: number;
  readonly cancelled: number;
  /** Due, but their channel is not configured. */
  readonly waiting: Readonly<Record<string, number>>;
}

function decideFailure(delivery: FailedDelivery, claim: Claim, { clock, chance }: WorkerOptions): Verdict {
  const { reason: detail, isMaybeSent } = delivery;
  const now = clock.now();
  if (delivery.kind === 'limited') {
    const nextAttemptAt = now + buildPause(delivery.retryAfterSeconds, chance);
    return { outcome: 'limited', detail, nextAttemptAt, isMaybeSent, countsAsFailure: false };
  }
  if (claim.channel === 'email' && isMaybeSent)
    return { outcome: 'uncertain', detail, isMaybeSent, countsAsFailure: false };
  const isFinal = delivery.kind === 'refused' && delivery.isFinal;
  const failures = claim.failures + 1;
  if (isFinal || failures >= MOST_FAILURES)
    return { outcome: 'dead', detail, isMaybeSent, countsAsFailure: true };
  const nextAttemptAt = now + buildBackoff(failures, chance);
  return { outcome: 'retry', detail, nextAttemptAt, isMaybeSent, countsAsFailure: true };
}

function decideVerdict(delivery: Delivery, claim: Claim, options: WorkerOptions): Verdict {
  const settled = { isMaybeSent: false, countsAsFailure: false };
  if (delivery.kind === 'sent' || delivery.kind === 'found')
    return { outcome: delivery.kind, detail: null, ref: delivery.ref, ...settled };
  if (delivery.kind === 'cancelled') return { outcome: 'cancelled', detail: delivery.reason, ...settled };
  if (delivery.kind === 'waits')
    return { outcome: 'limited', detail: delivery.reason, nextAttemptAt: delivery.until, ...settled };
  return decideFailure(delivery, claim, options);
}

interface Run {
  readonly engine: Engine;
  readonly ports: NotifyPorts;
  readonly options: WorkerOptions;
}

async function runDelivery(claim: Claim, { engine, ports, options }: Run): Promise<Delivery> {
  const context = { engine, clock: options.clock };
  const isUpdate = claim.kind === 'card_update';
  if (claim.channel === 'slack' && ports.slack !== null)
    return isUpdate
      ? deliverCardUpdate(claim, ports.slack, context)
      : deliverToSlack(claim, ports.slack, context);
  if (claim.channel === 'email' && ports.email !== null && !isUpdate)
    return deliverByEmail(claim, ports.email, context);
  return { kind: 'cancelled', reason: `nothing to send in ${claim.channel}` };
}

async function runAttempt(claim: Claim, run: Run): Promise<Verdict> {
  const delivery = await runDelivery(claim, run).catch(
    // Nobody expected it, so nobody knows how far it got. The others go on.
    (error: unknown): Delivery => ({ kind: 'unknown', reason: errorText(error), isMaybeSent: true }),
  );
  return decideVerdict(delivery, claim, run.options);
}

async function runRow(row: Row, run: Run): Promise<Verdict | null> {
  const { clock, ids } = run.options;
  const now = clock.now();
  const claim = await claimRow(run.engine, row, { worker: ids.next(), now, leaseUntil: now + LEASE_MS });
  if (claim === null) return null;
  const verdict = await runAttempt(claim, run);
  await recordVerdict(run.engine, claim, { ...verdict, now: clock.now() });
  return verdict;
}

/**
 * Sends what is due, once: makes digests of what was held, then takes row after row by a lease, sends it and records what
 * came of it. Give it a connection of its own (`engine.connect()`): between its statements it waits for the network.
 * Any number of workers may run at once, and any of them may be killed at any moment.
 *
 * @example
 * const report = await runWorkerOnce(engine, ports, { clock: systemClock, ids: systemIds, chance: systemChance, limit: 200 });
 */
export async function runWorkerOnce(
  engine: Engine,
  ports: NotifyPorts,
  options: WorkerOptions,
): Promise<WorkerReport> {
  const run: Run = { engine, ports, options };
  const open: Channel[] = [];
  if (ports.slack !== null) open.push('slack');
  if (ports.email !== null) open.push('email');
  const digests = await bundleDigests(engine, options);
  const due = await listDue(engine, { now: options.clock.now(), channels: open, limit: options.limit });
  const counts = { sent: 0, found: 0, retry: 0, limited: 0, dead: 0, uncertain: 0, cancelled: 0 };
  const paused = new Set<unknown>();
  for (const row of due) {
    // Who was asked to slow down does not ask again in the same breath.
    if (paused.has(row['channel'])) continue;
    const verdict = await runRow(row, run);
    if (verdict === null) continue;
    counts[verdict.outcome] += 1;
    if (verdict.outcome === 'limited' && row['kind'] !== 'card_update') paused.add(row['channel']);
  }
  const waiting = await countWaiting(engine, { now: options.clock.now(), channels: open });
  const { retry, ...rest } = counts;
  return { digests, ...rest, retried: retry, waiting };
}
