import { type Clock, type Ids, TenureError, utcDate, utcTime } from '../base/index.ts';
import type { Engine } from '../engines/index.ts';
import { buildRuleId } from './firing.ts';
import type { SilentDays } from './rule-query-store.ts';
import { assertRule, type StoredRule } from './rules-store.ts';

/** What is to be quiet: a rule, an entity, or a rule for an entity. */
export interface SnoozeRequest {
  readonly rule?: string;
  readonly entity?: { readonly kind: string; readonly id: string };
  /** The last quiet day. */
  readonly until: string;
  readonly by: string;
  readonly reason: string;
}

/** A snooze on record. */
export interface Snooze {
  readonly id: string;
  readonly rule: string | null;
  readonly entityKind: string | null;
  readonly entityId: string | null;
  readonly firstDay: string;
  readonly lastDay: string;
  readonly by: string;
  readonly reason: string;
}

function isDay(text: string): boolean {
  const time = Date.parse(`${text}T00:00:00Z`);
  return !Number.isNaN(time) && new Date(time).toISOString().slice(0, 10) === text;
}

/**
 * Keeps a rule, an entity, or a rule for an entity from firing up to a day. What still holds on the day after fires
 * then.
 *
 * @throws TenureError ALERT_RULE_UNKNOWN with the nearest name, ALERT_SNOOZE_INVALID
 *
 * @example
 * await snoozeAlerts(state, { rule: 'health_below_40', entity: { kind: 'customer', id: 'c1' },
 *   until: '2026-04-30', by: 'maria', reason: 'Migration is under way' }, { clock, ids });
 */
export async function snoozeAlerts(
  state: Engine,
  request: SnoozeRequest,
  { clock, ids }: { readonly clock: Clock; readonly ids: Ids },
): Promise<void> {
  const { rule, entity, until, by, reason } = request;
  const today = utcDate(clock);
  const refuse = (problem: string) => new TenureError('ALERT_SNOOZE_INVALID', { problem });
  if (rule === undefined && entity === undefined) throw refuse('it names neither a rule nor an entity');
  if (!isDay(until)) throw refuse(`${until} is no date such as 2026-03-14`);
  if (until < today) throw refuse(`${until} lies before today, ${today}`);
  if (by.trim() === '' || reason.trim() === '') throw refuse('it says not who wants it, and why');
  if (rule !== undefined) await assertRule(state, rule);
  await state.execute(
    `insert into alert_snoozes
       (snooze_id, rule_id, entity_kind, entity_id, first_day, last_day, snoozed_by, reason, created_at)
     values
       ($1, cast($2 as uuid), $3, $4, cast($5 as date), cast($6 as date), $7, $8, cast($9 as timestamptz))`,
    [
      ids.next(),
      rule === undefined ? null : buildRuleId(rule),
      entity?.kind ?? null,
      entity?.id ?? null,
      today,
      until,
      by,
      reason,
      utcTime(clock),
    ],
  );
}

/** The snoozes that are not over on a day, those that end first before the others. */
export async function listSnoozes(state: Engine, day: string): Promise<readonly Snooze[]> {
  const rows = await state.query(
    `select snooze_id, alert_rules.name, entity_kind, entity_id, first_day, last_day, snoozed_by, reason
     from alert_snoozes
     left join alert_rules on alert_snoozes.rule_id = alert_rules.id
     where last_day >= cast($1 as date)
     order by last_day, snooze_id`,
    [day],
  );
  const text = (value: unknown) => (value === null ? null : String(value));
  return rows.map((row) => ({
    id: String(row['snooze_id']),
    rule: text(row['name']),
    entityKind: text(row['entity_kind']),
    entityId: text(row['entity_id']),
    firstDay: String(row['first_day']),
    lastDay: String(row['last_day']),
    by: String(row['snoozed_by']),
    reason: String(row['reason']),
  }));
}

/** The days from `firstDay` on that are silent for a rule, or for some of its entities. */
export async function fetchSilentDays(
  state: Engine,
  rule: StoredRule,
  firstDay: string,
): Promise<readonly SilentDays[]> {
  const rows = await state.query(
    `select distinct entity_id, first_day, last_day from alert_snoozes
     where (rule_id is null or rule_id = cast($1 as uuid))
       and (entity_kind is null or entity_kind = $2)
       and last_day >= cast($3 as date)
     order by first_day, last_day, entity_id`,
    [rule.id, rule.for, firstDay],
  );
  return rows.map((row) => ({
    entityId: row['entity_id'] === null ? null : String(row['entity_id']),
    firstDay: String(row['first_day']),
    lastDay: String(row['last_day']),
  }));
}
