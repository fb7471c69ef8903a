import { parseLocalTime } from '../base/index.ts';
import { buildRoute, type Route, type RouteContext } from './build-route.ts';
import type { AlertItem, PlannedNotification, TeamMember } from './outbox-types.ts';
import { buildDeliverAfter, buildDigestTime } from './working-time.ts';

/** A snooze in force. */
export interface Snooze {
  readonly scope: 'member' | 'customer' | 'subject';
  readonly scopeId: string;
  /** `delay`: told when it ends; `drop`: not told. */
  readonly mode: 'delay' | 'drop';
  /** Milliseconds since the epoch. */
  readonly until: number;
  readonly reason: string;
}

/** What the outbox holds already, as far as planning depends on it. */
export interface PlannedBefore {
  readonly keys: ReadonlySet<string>;
  /** Messages that go singly, sent or waiting: to whom and from when on. */
  readonly singles: readonly { readonly recipient: string; readonly deliverAfter: number }[];
}

export interface PlanInput extends Omit<RouteContext, 'members'> {
  readonly items: readonly AlertItem[];
  readonly members: readonly TeamMember[];
  readonly snoozes: readonly Snooze[];
  readonly before: PlannedBefore;
}

interface Draft {
  readonly item: AlertItem;
  readonly route: Route;
  readonly planned: PlannedNotification;
}

/** Who a budget belongs to: a person, or the channel that stands in for one. */
export function renderRecipient(recipientId: string | null, address: string | null): string {
  return recipientId === null ? `to ${address ?? 'everybody'}` : `member ${recipientId}`;
}

/** What a snooze may be of: the ids of one notification. */
export type SnoozedIds = Readonly<Record<Snooze['scope'], string | null>>;

/** The snoozes in force for a notification: one that drops it, else the one that lasts longest; null when there is none. */
export function findSnooze(snoozes: readonly Snooze[], ids: SnoozedIds, now: number): Snooze | null {
  const found = snoozes.filter((one) => one.until > now && ids[one.scope] === one.scopeId);
  const dropped = found.find(({ mode }) => mode === 'drop');
  return dropped ?? [...found].sort((a, b) => b.until - a.until)[0] ?? null;
}

export function describeSnooze({ scope, scopeId, until, reason }: Snooze): string {
  return `${scope} ${scopeId} is snoozed until ${new Date(until).toISOString()}: ${reason}`;
}

function buildTiming(
  item: AlertItem,
  route: Route,
  input: PlanInput,
): Pick<PlannedNotification, 'state' | 'stateReason' | 'deliverAfter'> {
  const ids = { member: route.recipientId, customer: item.customerId, subject: item.subjectId };
  const snooze = findSnooze(input.snoozes, ids, input.now);
  const reason = snooze === null ? null : describeSnooze(snooze);
  if (snooze?.mode === 'drop') return { state: 'cancelled', stateReason: reason, deliverAfter: input.now };
  const from = Math.max(input.now, snooze?.until ?? 0);
  if (route.channel === 'inbox') return { state: 'sent', stateReason: reason, deliverAfter: from };
  if (route.delivery === 'daily')
    return {
      state: 'held',
      stateReason: reason ?? 'daily digest',
      deliverAfter: buildDigestTime(from, route.time),
    };
  return { state: 'pending', stateReason: reason, deliverAfter: buildDeliverAfter(from, route.time) };
}

function buildDraft(item: AlertItem, input: PlanInput, context: RouteContext): Draft {
  const route = buildRoute(item.csmId, context);
  const planned = {
    dedupeKey: item.dedupeKey,
    kind: item.content.kind,
    channel: route.channel,
    recipientId: route.recipientId,
    address: route.address,
    route: route.reason,
    customerId: item.customerId,
    subjectId: item.subjectId,
    line: item.line,
    worth: item.worth,
    content: item.content,
    ...buildTiming(item, route, input),
  };
  return { item, route, planned };
}

/** More than a person's budget of a day: the most valuable go singly, the rest into one digest. */
function applyBudget(group: readonly Draft[], input: PlanInput): readonly PlannedNotification[] {
  const [first] = group;
  if (first === undefined) return [];
  const { timezone } = first.route.time;
  const day = parseLocalTime(first.planned.deliverAfter, timezone).date;
  const recipient = renderRecipient(first.planned.recipientId, first.planned.address);
  const used = input.before.singles.filter(
    (one) => one.recipient === recipient && parseLocalTime(one.deliverAfter, timezone).date === day,
  ).length;
  const budget = input.settings.daily_budget;
  const ranked = [...group].sort(
    (a, b) => b.item.worth - a.item.worth || (a.item.dedupeKey < b.item.dedupeKey ? -1 : 1),
  );
  const singles = ranked.slice(0, Math.max(0, budget - used)).map(({ planned }) => planned);
  const latest = Math.max(...group.map(({ planned }) => planned.deliverAfter));
  // The digest of the run that used the budget up goes with it; what comes later that day waits for the next digest.
  const deliverAfter = used < budget || used === 0 ? latest : buildDigestTime(latest, first.route.time);
  const rest = ranked.slice(singles.length).map(({ planned }) => ({
    ...planned,
    state: 'held' as const,
    stateReason: `storm guard: more than ${budget} on ${day}`,
    deliverAfter,
  }));
  return [...singles, ...rest];
}

function groupBy<T>(values: readonly T[], key: (value: T) => string): ReadonlyMap<string, readonly T[]> {
  const groups = new Map<string, T[]>();
  for (const value of values) {
    const group = groups.get(key(value));
    if (group === undefined) groups.set(key(value), [value]);
    else group.push(value);
  }
  return groups;
}

/** Each key once, in the order of the keys; of two items with one key the same one is kept whichever comes first. */
function listDistinct(items: readonly AlertItem[]): readonly AlertItem[] {
  const distinct = new Map<string, AlertItem>();
  for (const item of items) {
    const other = distinct.get(item.dedupeKey);
    if (other === undefined || JSON.stringify(item) < JSON.stringify(other))
      distinct.set(item.dedupeKey, item);
  }
  return [...distinct.values()].sort((a, b) => (a.dedupeKey < b.dedupeKey ? -1 : 1));
}

/**
 * Decides whom each item is told, where and when. Pure: the same items in any order give the same rows, and an item
 * the outbox knows gives none.
 *
 * @example
 * planDeliveries({ items, members, snoozes, before, settings, channels, now: clock.now() });
 */
export function planDeliveries(input: PlanInput): readonly PlannedNotification[] {
  const members = new Map(input.members.map((member) => [member.memberId, member]));
  const context: RouteContext = { ...input, members };
  const fresh = listDistinct(input.items).filter(({ dedupeKey }) => !input.before.keys.has(dedupeKey));
  const drafts = fresh.map((item) => buildDraft(item, input, context));
  const singles = drafts.filter(({ planned }) => planned.state === 'pending');
  const groups = groupBy(singles, ({ route, planned }) =>
    JSON.stringify([
      renderRecipient(planned.recipientId, planned.address),
      parseLocalTime(planned.deliverAfter, route.time.timezone).date,
    ]),
  );
  const others = drafts.filter(({ planned }) => planned.state !== 'pending').map(({ planned }) => planned);
  return [...others, ...[...groups.values()].flatMap((group) => applyBudget(group, input))];
}
