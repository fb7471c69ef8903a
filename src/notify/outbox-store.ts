import { type Clock, type Ids, TenureError, utcTime } from '../base/index.ts';
import type { Engine, Row, Value } from '../engines/index.ts';
import type { CardContent, Content, PlannedNotification, State } from './outbox-types.ts';
import { type PlannedBefore, renderRecipient } from './plan-deliveries.ts';

/** What writing a row needs from outside. */
export interface Writing {
  readonly ids: Ids;
  readonly clock: Clock;
}

const KEYS_PER_QUERY = 1000;
/** Budgets count by local day: two days in UTC hold every local today. */
const BUDGET_WINDOW_MS = 2 * 86_400_000;

function renderTime(milliseconds: number): string {
  return new Date(milliseconds).toISOString();
}

/** The columns of a new row, each with the type its parameter is given. */
const COLUMNS = [
  ...[
    'id uuid',
    'dedupe_key text',
    'kind text',
    'channel text',
    'recipient_id text',
    'address text',
    'route text',
  ],
  ...[
    'customer_id text',
    'subject_id text',
    'line text',
    'worth double precision',
    'payload json',
    'state text',
  ],
  ...[
    'state_reason text',
    'created_at timestamptz',
    'deliver_after timestamptz',
    'next_attempt_at timestamptz',
  ],
  'sent_at timestamptz',
].map((column) => column.split(/ (.*)/) as [string, string]);
const ROWS_PER_STATEMENT = 100;

function buildValues(row: PlannedNotification, id: string, now: string): readonly Value[] {
  const after = renderTime(row.deliverAfter);
  return [
    ...[id, row.dedupeKey, row.kind, row.channel, row.recipientId, row.address, row.route],
    ...[row.customerId, row.subjectId, row.line, row.worth, JSON.stringify(row.content)],
    ...[row.state, row.stateReason, now, after, after, row.state === 'sent' ? after : null],
  ];
}

/**
 * Writes rows of the outbox; one whose key is known is left out. Only inserts, and only with the engine given: the
 * caller's transaction holds what the rows tell of as well.
 *
 * @returns how many rows are new
 */
export async function insertNotifications(
  engine: Engine,
  rows: readonly PlannedNotification[],
  { ids, clock }: Writing,
): Promise<number> {
  const now = utcTime(clock);
  const names = COLUMNS.map(([name]) => name).join(', ');
  let inserted = 0;
  for (let start = 0; start < rows.length; start += ROWS_PER_STATEMENT) {
    const batch = rows.slice(start, start + ROWS_PER_STATEMENT);
    const tuples = batch.map((_, row) => {
      const place = (column: number) => `$${row * COLUMNS.length + column + 1}`;
      return `(${COLUMNS.map(([, type], column) => `cast(${place(column)} as ${type})`).join(', ')})`;
    });
    inserted += await engine.execute(
      `insert into notifications (${names}) values ${tuples.join(', ')} on conflict (dedupe_key) do nothing`,
      batch.flatMap((row) => buildValues(row, ids.next(), now)),
    );
  }
  return inserted;
}

/** What planning has to know of the outbox: which of the keys it holds, and what goes singly these days. */
export async function fetchPlannedBefore(
  engine: Engine,
  keys: readonly string[],
  now: number,
): Promise<PlannedBefore> {
  const known = new Set<string>();
  for (let start = 0; start < keys.length; start += KEYS_PER_QUERY) {
    const some = keys.slice(start, start + KEYS_PER_QUERY);
    const places = some.map((_, index) => `$${index + 1}`).join(', ');
    const rows = await engine.query(
      `select dedupe_key from notifications where dedupe_key in (${places})`,
      some,
    );
    for (const row of rows) known.add(String(row['dedupe_key']));
  }
  const singles = await engine.query(
    `select recipient_id, address, deliver_after from notifications
     where kind in ('milestone', 'alert') and channel <> 'inbox' and state not in ('held', 'bundled', 'cancelled')
       and deliver_after >= cast($1 as timestamptz)`,
    [renderTime(now - BUDGET_WINDOW_MS)],
  );
  return {
    keys: known,
    singles: singles.map((row) => ({
      recipient: renderRecipient(row['recipient_id'] as string | null, row['address'] as string | null),
      deliverAfter: Date.parse(String(row['deliver_after'])),
    })),
  };
}

/** The latest renewal of a message's card; null when it has none. */
export async function fetchRenewal(
  engine: Engine,
  targetKey: string,
): Promise<{ readonly version: number; readonly content: CardContent } | null> {
  const [row] = await engine.query(
    `select version, payload from notifications where target_key = $1 order by version desc limit 1`,
    [targetKey],
  );
  if (row === undefined) return null;
  return { version: Number(row['version']), content: JSON.parse(String(row['payload'])) as CardContent };
}

/** The row of a key; null when there is none. */
export async function fetchNotification(engine: Engine, dedupeKey: string): Promise<Row | null> {
  const [row] = await engine.query('select * from notifications where dedupe_key = $1', [dedupeKey]);
  return row ?? null;
}

/** Writes the next renewal of a card; false when another one took the number. */
export async function insertRenewal(
  engine: Engine,
  renewal: { readonly target: Row; readonly version: number; readonly content: CardContent },
  { ids, clock }: Writing,
): Promise<boolean> {
  const { target, version, content } = renewal;
  const targetKey = String(target['dedupe_key']);
  const now = utcTime(clock);
  // An inbox shows the latest content by itself, and an e-mail that went out stays as it is.
  const isSlack = target['channel'] === 'slack';
  const copied: Value[] = ['channel', 'recipient_id', 'address', 'route', 'customer_id', 'subject_id'].map(
    (name) => target[name] ?? null,
  );
  const changed = await engine.execute(
    `insert into notifications (
       id, dedupe_key, kind, channel, recipient_id, address, route, customer_id, subject_id, line, worth, payload,
       target_key, version, state, state_reason, created_at, deliver_after, next_attempt_at
     ) values (
       cast($1 as uuid), $2, 'card_update', $3, $4, $5, $6, $7, $8, $15, 0, cast($9 as json),
       $10, cast($11 as integer), $13, $14, cast($12 as timestamptz), cast($12 as timestamptz), cast($12 as timestamptz)
     ) on conflict (dedupe_key) do nothing`,
    [
      ids.next(),
      `card ${version} of ${targetKey}`,
      ...copied,
      JSON.stringify(content),
      targetKey,
      version,
      now,
      isSlack ? 'pending' : 'cancelled',
      isSlack ? null : `nothing to renew in ${target['channel']}`,
      `Renewed: ${target['line']}`,
    ],
  );
  return changed === 1;
}

/** A row of the outbox, for lists. Times are ISO 8601. */
export interface NotificationRow {
  readonly id: string;
  readonly dedupeKey: string;
  readonly kind: Content['kind'] | 'card_update';
  readonly channel: string;
  readonly recipientId: string | null;
  readonly address: string | null;
  readonly route: string;
  readonly customerId: string | null;
  readonly subjectId: string | null;
  readonly line: string;
  readonly content: Content;
  readonly state: State;
  readonly stateReason: string | null;
  readonly attempts: number;
  readonly createdAt: string;
  readonly deliverAfter: string;
  readonly nextAttemptAt: string;
  readonly sentAt: string | null;
  readonly providerRef: Readonly<Record<string, string>> | null;
  readonly lastError: string | null;
  readonly readAt: string | null;
}

/** A row as the database gives it, in the form lists have. */
export function parseNotification(row: Row): NotificationRow {
  const text = (name: string) => String(row[name]);
  const optional = (name: string) => (row[name] === null ? null : String(row[name]));
  const ref = optional('provider_ref');
  return {
    id: text('id'),
    dedupeKey: text('dedupe_key'),
    kind: text('kind') as NotificationRow['kind'],
    channel: text('channel'),
    recipientId: optional('recipient_id'),
    address: optional('address'),
    route: text('route'),
    customerId: optional('customer_id'),
    subjectId: optional('subject_id'),
    line: text('line'),
    content: JSON.parse(text('payload')) as Content,
    state: text('state') as State,
    stateReason: optional('state_reason'),
    attempts: Number(row['attempts']),
    createdAt: text('created_at'),
    deliverAfter: text('deliver_after'),
    nextAttemptAt: text('next_attempt_at'),
    sentAt: optional('sent_at'),
    providerRef: ref === null ? null : (JSON.parse(ref) as Readonly<Record<string, string>>),
    lastError: optional('last_error'),
    readAt: optional('read_at'),
  };
}

/** Rows of the outbox, the latest first: dead letters (`dead`) and e-mails somebody has to decide on (`uncertain`), for example. */
export async function listNotifications(
  engine: Engine,
  filter: {
    readonly state?: State;
    readonly subjectId?: string;
    readonly kind?: NotificationRow['kind'];
    readonly limit: number;
  },
): Promise<readonly NotificationRow[]> {
  const rows = await engine.query(
    `select * from notifications
     where (cast($1 as text) is null or state = cast($1 as text))
       and (cast($2 as text) is null or subject_id = cast($2 as text))
       and (cast($4 as text) is null or kind = cast($4 as text))
     order by created_at desc, dedupe_key limit cast($3 as bigint)`,
    [filter.state ?? null, filter.subjectId ?? null, filter.limit, filter.kind ?? null],
  );
  return rows.map(parseNotification);
}

/** A card somebody was told something by, as its latest renewal says. */
export interface ToldCard {
  /** For `enqueueCardUpdate`. */
  readonly dedupeKey: string;
  readonly content: CardContent;
}

/** The card that was told under a key, as its latest renewal says; null when nothing was. */
export async function fetchCard(engine: Engine, dedupeKey: string): Promise<CardContent | null> {
  const latest = await fetchRenewal(engine, dedupeKey);
  if (latest !== null) return latest.content;
  const row = await fetchNotification(engine, dedupeKey);
  return row === null ? null : (JSON.parse(String(row['payload'])) as CardContent);
}

/** The cards about a milestone or an alert, the first told first. */
export async function fetchCards(engine: Engine, subjectId: string): Promise<readonly ToldCard[]> {
  const rows = await engine.query(
    `select dedupe_key, payload from notifications
     where subject_id = $1 and kind in ('milestone', 'alert') order by created_at, dedupe_key`,
    [subjectId],
  );
  const cards: ToldCard[] = [];
  for (const row of rows) {
    const dedupeKey = String(row['dedupe_key']);
    const latest = await fetchRenewal(engine, dedupeKey);
    const content = latest?.content ?? (JSON.parse(String(row['payload'])) as CardContent);
    cards.push({ dedupeKey, content });
  }
  return cards;
}

/** What came of each attempt at a notification, in order; one cut short has no outcome. */
export async function listAttempts(engine: Engine, id: string): Promise<readonly Row[]> {
  return engine.query(
    `select attempt, worker, started_at, finished_at, outcome, detail from notification_attempts
     where notification_id = cast($1 as uuid) order by attempt, started_at`,
    [id],
  );
}

async function writeDecision(
  engine: Engine,
  decision: { readonly id: string; readonly by: string; readonly detail: string },
  clock: Clock,
): Promise<void> {
  await engine.execute(
    `insert into notification_attempts (notification_id, attempt, worker, started_at, finished_at, outcome, detail)
     select id, attempts, $2, cast($3 as timestamptz), cast($3 as timestamptz), 'resolved', $4
     from notifications where id = cast($1 as uuid)`,
    [decision.id, decision.by, utcTime(clock), decision.detail],
  );
}

/** Takes back an e-mail that waits, and says why; false when it is being sent, or waits no longer. */
export async function withdrawEmail(
  engine: Engine,
  { id, reason }: { readonly id: string; readonly reason: string },
): Promise<boolean> {
  const changed = await engine.execute(
    `update notifications set state = 'cancelled', state_reason = $2
     where id = cast($1 as uuid) and kind = 'email' and state = 'pending'`,
    [id, reason],
  );
  return changed === 1;
}

/** The error for a notification that is in another state than the one it would have to be in. */
async function buildUnknown(engine: Engine, id: string, state: State): Promise<TenureError> {
  const [row] = await engine.query('select state from notifications where cast(id as text) = $1', [id]);
  const found = row === undefined ? '' : `: it is ${row['state']}`;
  return new TenureError('NOTIFICATION_UNKNOWN', { id, state, found });
}

/**
 * Sends a dead letter again, from the next run of the worker on. One that may have arrived is looked for first.
 *
 * @throws TenureError NOTIFICATION_UNKNOWN when it is not dead
 */
export async function retryDead(
  engine: Engine,
  { id, by }: { readonly id: string; readonly by: string },
  { clock }: { readonly clock: Clock },
): Promise<void> {
  const changed = await engine.execute(
    `update notifications set state = 'pending', failures = 0, next_attempt_at = cast($2 as timestamptz)
     where cast(id as text) = $1 and state = 'dead'`,
    [id, utcTime(clock)],
  );
  if (changed !== 1) throw await buildUnknown(engine, id, 'dead');
  await writeDecision(engine, { id, by, detail: 'retried' }, clock);
}

/**
 * Somebody's decision on an e-mail of which nobody knows whether it went out: it did (`sent`), or it is to go `again`.
 *
 * @throws TenureError NOTIFICATION_UNKNOWN when it is not uncertain
 */
export async function resolveUncertain(
  engine: Engine,
  { id, decision, by }: { readonly id: string; readonly decision: 'sent' | 'again'; readonly by: string },
  { clock }: { readonly clock: Clock },
): Promise<void> {
  const change =
    decision === 'sent'
      ? `state = 'sent', sent_at = maybe_sent_since, maybe_sent_since = null, next_attempt_at = cast($2 as timestamptz)`
      : `state = 'pending', failures = 0, maybe_sent_since = null, next_attempt_at = cast($2 as timestamptz)`;
  const changed = await engine.execute(
    `update notifications set ${change} where cast(id as text) = $1 and state = 'uncertain'`,
    [id, utcTime(clock)],
  );
  if (changed !== 1) throw await buildUnknown(engine, id, 'uncertain');
  await writeDecision(engine, { id, by, detail: decision }, clock);
}
