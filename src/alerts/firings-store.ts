import { type Clock, utcTime } from '../base/index.ts';
import type { Engine, Row, Value } from '../engines/index.ts';
import { buildFiringId, type Firing } from './firing.ts';
import type { RecheckedDay } from './judge-rule.ts';
import type { EntityDay } from './rule-query-store.ts';
import { assertRule, type StoredRule } from './rules-store.ts';

/** A firing to be written. */
export interface DatedFiring extends Firing {
  readonly ruleId: string;
  readonly ruleVersion: number;
  /** Too long ago to be told. */
  readonly isHistorical: boolean;
}

/** A firing as it is written. */
export interface RecordedFiring extends DatedFiring {
  readonly id: string;
  readonly recordedAt: string;
  /** By data that came later it would not have fired. */
  readonly isOutdated: boolean;
  /** The value by that data; null while nothing was corrected, and where there is none any more. */
  readonly correctedValue: number | string | null;
}

/** A recorded firing that was looked at again. */
export interface Correction extends RecheckedDay {
  readonly id: string;
}

const COLUMNS = [
  ['id', 'uuid'],
  ['rule_id', 'uuid'],
  ['rule_version', 'integer'],
  ['severity', 'varchar'],
  ['entity_kind', 'varchar'],
  ['entity_id', 'text'],
  ['entity_name', 'text'],
  ['customer_id', 'text'],
  ['day', 'date'],
  ['value', 'text'],
  ['reference', 'text'],
  ['sentence', 'text'],
  ['receipt', 'json'],
  ['recorded_at', 'timestamptz'],
  ['is_historical', 'boolean'],
] as const;

const FIRINGS_PER_STATEMENT = 200;

function listValues(firing: DatedFiring, now: string): readonly Value[] {
  return [
    buildFiringId(firing),
    firing.ruleId,
    firing.ruleVersion,
    firing.severity,
    firing.entityKind,
    firing.entityId,
    firing.entityName,
    firing.customerId,
    firing.day,
    String(firing.value),
    firing.reference === null ? null : String(firing.reference),
    firing.sentence,
    JSON.stringify(firing.receipt),
    now,
    firing.isHistorical,
  ];
}

async function insertFirings(
  state: Engine,
  firings: readonly DatedFiring[],
  now: string,
): Promise<ReadonlySet<string>> {
  const parameters: Value[] = [];
  const tuples = firings.map((firing) => {
    const values = listValues(firing, now);
    const places = values.map((value, index) => `cast($${parameters.push(value)} as ${COLUMNS[index]?.[1]})`);
    return `(${places.join(', ')})`;
  });
  const rows = await state.query(
    `insert into alert_firings (${COLUMNS.map(([name]) => name).join(', ')})
     values ${tuples.join(', ')}
     on conflict (id) do nothing
     returning cast(id as varchar) as id`,
    parameters,
  );
  return new Set(rows.map((row) => String(row['id'])));
}

/** Writes firings that are not there yet. @returns those that are new */
export async function writeFirings(
  state: Engine,
  firings: readonly DatedFiring[],
  { clock }: { readonly clock: Clock },
): Promise<readonly RecordedFiring[]> {
  const now = utcTime(clock);
  const recorded: RecordedFiring[] = [];
  for (let start = 0; start < firings.length; start += FIRINGS_PER_STATEMENT) {
    const batch = firings.slice(start, start + FIRINGS_PER_STATEMENT);
    const fresh = await insertFirings(state, batch, now);
    for (const firing of batch) {
      const id = buildFiringId(firing);
      if (!fresh.has(id)) continue;
      recorded.push({ ...firing, id, recordedAt: now, isOutdated: false, correctedValue: null });
    }
  }
  return recorded;
}

/** Marks what would not have fired by what is known now, and unmarks what would again. */
export async function writeCorrections(
  state: Engine,
  corrections: readonly Correction[],
  { clock }: { readonly clock: Clock },
): Promise<void> {
  for (const { id, holds, value } of corrections) {
    await state.execute(
      `update alert_firings set is_outdated = $2, corrected_value = $3, corrected_at = cast($4 as timestamptz)
       where id = cast($1 as uuid)`,
      [id, !holds, value === null ? null : String(value), utcTime(clock)],
    );
  }
}

export async function writeProgress(state: Engine, ruleId: string, day: string): Promise<void> {
  await state.execute(
    `update alert_rules set evaluated_until = cast($2 as date)
     where id = cast($1 as uuid) and (evaluated_until is null or evaluated_until < cast($2 as date))`,
    [ruleId, day],
  );
}

/** The last firing of each entity of a rule from a day on. */
export async function fetchLastFired(
  state: Engine,
  rule: StoredRule,
  firstDay: string,
): Promise<readonly EntityDay[]> {
  const rows = await state.query(
    `select entity_id, max(day) as day from alert_firings
     where rule_id = cast($1 as uuid) and entity_kind = $2 and day >= cast($3 as date)
     group by entity_id`,
    [rule.id, rule.for, firstDay],
  );
  return rows.map((row) => ({ entityId: String(row['entity_id']), day: String(row['day']) }));
}

/** A firing that data that came later may have changed. */
export interface CheckedFiring extends EntityDay {
  readonly id: string;
  readonly isOutdated: boolean;
  readonly correctedValue: string | null;
}

/** The firings by a rule as it is now, from a day on. */
export async function fetchFirings(
  state: Engine,
  rule: StoredRule,
  firstDay: string,
): Promise<readonly CheckedFiring[]> {
  const rows = await state.query(
    `select cast(id as varchar) as id, entity_id, day, is_outdated, corrected_value from alert_firings
     where rule_id = cast($1 as uuid) and rule_version = $2 and entity_kind = $3 and day >= cast($4 as date)
     order by day, entity_id`,
    [rule.id, rule.version, rule.for, firstDay],
  );
  return rows.map((row) => ({
    id: String(row['id']),
    entityId: String(row['entity_id']),
    day: String(row['day']),
    isOutdated: row['is_outdated'] === true,
    correctedValue: row['corrected_value'] === null ? null : String(row['corrected_value']),
  }));
}

function readRecorded(row: Row): RecordedFiring {
  const receipt = JSON.parse(String(row['receipt'])) as Firing['receipt'];
  const corrected = row['corrected_value'] ?? null;
  return {
    id: String(row['id']),
    rule: String(row['name']),
    ruleId: String(row['rule_id']),
    ruleVersion: Number(row['rule_version']),
    severity: String(row['severity']) as Firing['severity'],
    entityKind: String(row['entity_kind']),
    entityId: String(row['entity_id']),
    entityName: String(row['entity_name']),
    customerId: row['customer_id'] === null ? null : String(row['customer_id']),
    day: String(row['day']),
    value: receipt.value,
    reference: receipt.reference,
    measure: receipt.measure,
    sentence: String(row['sentence']),
    receipt,
    recordedAt: String(row['recorded_at']),
    isHistorical: row['is_historical'] === true,
    isOutdated: row['is_outdated'] === true,
    correctedValue:
      corrected === null ? null : typeof receipt.value === 'number' ? Number(corrected) : String(corrected),
  };
}

/** Which firings to list; everything left out says nothing. */
export interface FiringFilter {
  readonly rule?: string;
  readonly entityKind?: string;
  readonly entityId?: string;
  /** The first and the last day, both included. */
  readonly firstDay?: string;
  readonly lastDay?: string;
  readonly limit?: number;
}

/**
 * The firings on record, the latest day first.
 *
 * @throws TenureError ALERT_RULE_UNKNOWN
 *
 * @example
 * const firings = await listFirings(state, { entityKind: 'customer', entityId: 'c1', limit: 20 });
 */
export async function listFirings(
  state: Engine,
  filter: FiringFilter = {},
): Promise<readonly RecordedFiring[]> {
  const parameters: Value[] = [];
  const tests = [
    ['alert_rules.name =', filter.rule, 'varchar'],
    ['entity_kind =', filter.entityKind, 'varchar'],
    ['entity_id =', filter.entityId, 'varchar'],
    ['day >=', filter.firstDay, 'date'],
    ['day <=', filter.lastDay, 'date'],
  ] as const;
  const conditions = tests.flatMap(([test, value, type]) =>
    value === undefined ? [] : [`${test} cast($${parameters.push(value)} as ${type})`],
  );
  const rows = await state.query(
    `select
       cast(alert_firings.id as varchar) as id, alert_rules.name, cast(rule_id as varchar) as rule_id, rule_version,
       severity, entity_kind, entity_id, entity_name, customer_id, day, sentence,
       cast(receipt as varchar) as receipt, recorded_at, is_historical, is_outdated, corrected_value
     from alert_firings
     inner join alert_rules on alert_firings.rule_id = alert_rules.id
     ${conditions.length === 0 ? '' : `where ${conditions.join(' and ')}`}
     order by day desc, alert_rules.name, entity_id
     limit ${Math.trunc(filter.limit ?? 500)}`,
    parameters,
  );
  if (rows.length === 0 && filter.rule !== undefined) await assertRule(state, filter.rule);
  return rows.map(readRecorded);
}
