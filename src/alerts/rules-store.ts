import { type Clock, TenureError, utcTime } from '../base/index.ts';
import type { Engine, Row } from '../engines/index.ts';
import { didYouMean } from '../runner/index.ts';
import type { AlertRule } from './alert-rule.ts';
import { buildRuleId } from './firing.ts';

/** A rule as the state of the workspace knows it. */
export interface StoredRule extends AlertRule {
  readonly id: string;
  /** Grows with every change. */
  readonly version: number;
  /** The last day on which it was judged; null before the first. */
  readonly evaluatedUntil: string | null;
}

/** What makes a rule another one: not where it is written, nor whether it is on. */
function renderDefinition({ origin: _origin, enabled: _enabled, ...definition }: AlertRule): string {
  return JSON.stringify(definition);
}

function readStored(rule: AlertRule, row: Row | undefined): StoredRule {
  const day = row?.['evaluated_until'] ?? null;
  return {
    ...rule,
    id: buildRuleId(rule.name),
    version: Number(row?.['version'] ?? 1),
    evaluatedUntil: day === null ? null : String(day),
  };
}

async function fetchRows(state: Engine): Promise<ReadonlyMap<string, Row>> {
  const rows = await state.query(
    'select name, cast(definition as varchar) as definition, version, enabled, origin, evaluated_until from alert_rules',
  );
  return new Map(rows.map((row) => [String(row['name']), row]));
}

/** @throws TenureError ALERT_RULE_UNKNOWN with the nearest name */
export async function assertRule(state: Engine, name: string): Promise<void> {
  const rows = await state.query('select name from alert_rules order by name');
  const names = rows.map((row) => String(row['name']));
  if (names.includes(name)) return;
  const hint =
    names.length === 0
      ? 'Rules are known from the first `tenure build` or `tenure alerts run` on.'
      : didYouMean(name, names, `Rules are ${names.join(', ')}.`);
  throw new TenureError('ALERT_RULE_UNKNOWN', { name, hint });
}

/** A rule to be written, and what stands in its place. */
interface RuleWrite {
  readonly rule: AlertRule;
  readonly found: Row | undefined;
  readonly now: string;
}

async function writeRule(state: Engine, { rule, found, now }: RuleWrite): Promise<void> {
  const definition = renderDefinition(rule);
  if (found === undefined) {
    await state.execute(
      `insert into alert_rules (id, name, definition, version, enabled, origin, updated_at)
       values (cast($1 as uuid), $2, cast($3 as json), 1, $4, $5, cast($6 as timestamptz))`,
      [buildRuleId(rule.name), rule.name, definition, rule.enabled, rule.origin, now],
    );
    return;
  }
  const isChanged = String(found['definition']) !== definition;
  if (!isChanged && found['enabled'] === rule.enabled && found['origin'] === rule.origin) return;
  await state.execute(
    `update alert_rules set definition = cast($2 as json), version = $3, enabled = $4, origin = $5,
       updated_at = cast($6 as timestamptz)
     where name = $1`,
    [rule.name, definition, Number(found['version']) + (isChanged ? 1 : 0), rule.enabled, rule.origin, now],
  );
}

/**
 * Writes the rules into the state: a changed one gets a new version, one that is written nowhere any more is switched
 * off. Its firings stay.
 *
 * @returns the rules with what the state knows of them
 */
export async function syncRules(
  state: Engine,
  rules: readonly AlertRule[],
  { clock }: { readonly clock: Clock },
): Promise<readonly StoredRule[]> {
  const now = utcTime(clock);
  return state.transaction(async () => {
    const before = await fetchRows(state);
    for (const rule of rules) await writeRule(state, { rule, found: before.get(rule.name), now });
    const names = new Set(rules.map(({ name }) => name));
    const gone = [...before].filter(([name, row]) => !names.has(name) && row['enabled'] === true);
    for (const [name] of gone)
      await state.execute(
        `update alert_rules set enabled = false, updated_at = cast($2 as timestamptz) where name = $1`,
        [name, now],
      );
    const after = await fetchRows(state);
    return rules.map((rule) => readStored(rule, after.get(rule.name)));
  });
}
