import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  type AlertRule,
  listFirings,
  previewRule,
  readAlertRules,
  runAlerts,
} from '../../src/alerts/index.ts';
import { openTenure, type Tenure, writeWorkspace } from '../../src/app/index.ts';
import { buildFixedClock } from '../../src/base/index.ts';
import { type DuckdbEngine, openDuckdb } from '../../src/engines/index.ts';
import { buildCataloguePort } from './metric-port.ts';
import { type Figures, listExpectedFirings } from './oracle.ts';
import { openEmptyState, PACK, readRules, shiftDay } from './workbench.ts';

const AS_OF = '2026-03-14';
const RANGE = { from: '2025-03-15', to: '2026-03-15' };
/** Longer than firings are looked at again, and than any of its rule's cool-downs. */
const MONTHS = { from: '2025-11-15', to: '2026-03-15' };
const AFTER = buildFixedClock('2026-03-15T06:00:00Z');
const PLAN = 265_000;
const metrics = buildCataloguePort({
  'customer_success.current_mrr': PLAN,
  'marketing.total_ad_spend_active': 3000,
});

type Range = typeof RANGE;
type RulePreview = Awaited<ReturnType<typeof previewRule>>;

/** Days on which a contract is in force: where customers have figures at all. */
const CONTRACT = 'select customer_id, metric_date from int_customer_days where is_active';

/** Tiers as the score step might give them: a customer is critical in one month of five, and unknown in the first one. */
const TIERS = ['metrics_customer_success', 'int_customer_success_days'].map(
  (table) => `update ${table} set churn_tier = case
      when metric_date < date '2025-04-15' then null
      when hash(customer_id || month(metric_date)) % 5 = 0 then 'critical' else 'low' end`,
);

/** Each kind of rule, and its figures in plain SQL: (entity, day, value), over staging or the ledger where that is easy. */
const CASES: readonly {
  readonly name: string;
  readonly settings: string;
  readonly figures: string;
  readonly target?: number;
  readonly isRatio?: boolean;
}[] = [
  {
    name: 'low_health',
    settings:
      'metric: customer_health_score, for: customer, days: 2 of 3, cool_down_days: 14, when: {threshold: {operator: <, value: 55}}',
    figures: 'select customer_id, metric_date, customer_health_score from int_customer_health_days',
  },
  {
    name: 'low_health_of_enterprise',
    settings:
      'metric: customer_health_score, for: customer, filters: {plan_tier: [enterprise]}, when: {threshold: {operator: <, value: 65}}',
    figures: `select health.customer_id, health.metric_date, customer_health_score
      from int_customer_health_days as health
      inner join int_customer_days as ledger using (customer_id, metric_date)
      where plan_tier = 'enterprise'`,
  },
  {
    name: 'users_down',
    settings:
      'metric: product.daily_active_users, for: company, cool_down_days: 3, when: {change: {against: previous_week, operator: <=, value: -15, unit: percent}}',
    figures: `with seen as (
        select customer_id, user_id, cast(started_at as date) as day from stg_product_sessions
        where user_id is not null and platform <> 'api'
        union
        select customer_id, user_id, cast(timestamp as date) from stg_usage_events
        where user_id is not null and event_type <> 'api_call'
      )
      select 'all', day, count(distinct customer_id || '|' || user_id) from seen group by day`,
  },
  {
    name: 'mrr_on_the_year',
    settings:
      'metric: current_mrr, for: company, cool_down_days: 20, when: {change: {against: previous_year, operator: <, value: 25, unit: percent}}',
    figures: `select 'all', metric_date, sum(mrr)::double from int_customer_days where is_active group by metric_date`,
  },
  {
    name: 'adoption_on_the_month',
    settings:
      'metric: core_feature_adoption_rate, for: plan_tier, when: {change: {against: previous_month, operator: <, value: -1, unit: points}}',
    figures: `select plan_tier, metric_date, sum(core_features_adopted) / nullif(sum(core_features_entitled), 0)
      from int_customer_success_days group by plan_tier, metric_date`,
    isRatio: true,
  },
  {
    name: 'users_out_of_band',
    settings:
      'metric: customer_success.daily_active_users, for: customer, days: 2 of 3, when: {out_of_band: {weeks: 8, z: 3.5, direction: below}}',
    figures: 'select customer_id, metric_date, daily_active_users from int_customer_success_days',
  },
  {
    name: 'becomes_critical',
    settings: 'metric: health_band, for: customer, when: {becomes: [Critical, At Risk]}, cool_down_days: 10',
    figures: 'select customer_id, metric_date, health_band from int_customer_health_days',
  },
  {
    name: 'below_plan',
    settings:
      'metric: current_mrr, for: company, cool_down_days: 30, when: {against_target: {operator: <, percent: 90}}',
    figures: `select 'all', metric_date, sum(mrr)::double from int_customer_days where is_active group by metric_date`,
    target: PLAN,
  },
  {
    name: 'no_login',
    settings:
      "sql_model: int_login_gap_days, label: Time without a login, unit: days, for: customer, cool_down_days: 30, when: {threshold: {operator: '>=', value: 5}}",
    figures: `with seen as (
        select customer_id, cast(started_at as date) as day from stg_product_sessions
        where user_id is not null and platform <> 'api'
        union
        select customer_id, cast(timestamp as date) from stg_usage_events
        where user_id is not null and event_type <> 'api_call'
      )
      select days.customer_id, days.metric_date,
        days.metric_date - coalesce(max(seen.day), max(customers.signup_date))
      from (${CONTRACT}) as days
      inner join stg_customers as customers using (customer_id)
      left join seen on days.customer_id = seen.customer_id and seen.day <= days.metric_date
      group by days.customer_id, days.metric_date`,
  },
  {
    name: 'quiet_renewal',
    settings:
      "sql_model: int_quiet_renewal_days, label: Time without contact, unit: days, for: customer, when: {threshold: {operator: '>=', value: 30}}",
    figures: `with contacts as (
        select customer_id, cast(occurred_at as date) as day from stg_sales_activities where customer_id is not null
      ),
      due as (
        select distinct days.customer_id, days.metric_date
        from (${CONTRACT}) as days
        inner join int_subscription_spans as spans
          on days.customer_id = spans.customer_id
          and days.metric_date >= spans.valid_from and days.metric_date < spans.ends_on
        where spans.term_end - days.metric_date between 0 and 90
      )
      select due.customer_id, due.metric_date,
        least(
          due.metric_date - max(customers.signup_date),
          due.metric_date - coalesce(max(contacts.day), (select min(cast(occurred_at as date)) from stg_sales_activities))
        )
      from due
      inner join stg_customers as customers using (customer_id)
      left join contacts on due.customer_id = contacts.customer_id and contacts.day <= due.metric_date
      group by due.customer_id, due.metric_date`,
  },
];

/** A year of 60 customers with the shape of the demo, generated and built once for all tests. */
describe('alerts over a year of a generated company', () => {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'tenure-alerts-year-'));
  let tenure: Tenure;
  let warehouse: DuckdbEngine;
  const rules = new Map<string, AlertRule>();
  const previews = new Map<string, Promise<RulePreview>>();

  beforeAll(async () => {
    const yaml = CASES.map(({ name, settings }) => `  - {name: ${name}, ${settings}}`).join('\n');
    for (const rule of readRules(`alerts:\n${yaml}\n`, metrics)) rules.set(rule.name, rule);
    writeWorkspace(folder);
    tenure = openTenure({ folder, clock: buildFixedClock('2026-03-14T20:00:00Z') });
    await tenure.generate({ preset: 'demo', customers: 60, seed: 5, asOf: AS_OF });
    const report = await tenure.build({ asOf: AS_OF });
    const bad = report.summary.results.filter(({ status }) => status === 'error' || status === 'fail');
    expect(bad.map(({ name, message }) => `${name}: ${message}`)).toEqual([]);
    const place = {
      path: path.join(folder, 'warehouse.duckdb'),
      searchPath: ['entity', 'marts', 'staging', 'intermediate'],
    };
    const scored = await openDuckdb(place);
    for (const statement of TIERS) await scored.execute(statement);
    await scored.close();
    warehouse = await openDuckdb({ ...place, isReadOnly: true, today: AS_OF });
  });
  afterAll(async () => {
    await warehouse?.close();
    fs.rmSync(folder, { recursive: true, force: true });
  });

  const findRule = (name: string): AlertRule => {
    const rule = rules.get(name);
    if (rule === undefined) throw new Error(`there is no rule ${name}`);
    return rule;
  };

  /** What a preview says; worked out once for each range. */
  const preview = (name: string, range: Range): Promise<RulePreview> => {
    const key = `${name} ${range.from}`;
    const known = previews.get(key);
    if (known !== undefined) return known;
    const fresh = previewRule(warehouse, findRule(name), { metrics, clock: AFTER, range });
    previews.set(key, fresh);
    return fresh;
  };

  const fetchFigures = async (sql: string): Promise<Figures> => {
    const figures = new Map<string, Map<string, number | string | null>>();
    for await (const { rows } of warehouse.stream(sql)) {
      for (const [entity, day, value] of rows) {
        const key = String(entity ?? 'unknown');
        const days = figures.get(key) ?? new Map<string, number | string | null>();
        figures.set(
          key,
          days.set(String(day), typeof value === 'bigint' ? Number(value) : (value as number)),
        );
      }
    }
    return figures;
  };

  it.each(CASES)(
    '$name fires as its figures in plain SQL say',
    async ({ name, figures, target, isRatio }) => {
      const rule = findRule(name);
      const { firings, waits } = await preview(name, RANGE);
      expect(waits).toBeNull();
      const expected = listExpectedFirings({
        rule,
        figures: await fetchFigures(figures),
        firstDay: RANGE.from,
        lastDay: AS_OF,
        ...(target === undefined ? {} : { target }),
        ...(isRatio === undefined ? {} : { isRatio }),
      });
      expect(firings.map(({ day, entityId }) => `${day} ${entityId}`).sort()).toEqual(expected);
      expect(expected.length).toBeGreaterThan(0);
    },
  );

  it.each([
    { when: 'every day of four months', range: MONTHS, names: ['low_health'], steps: [1] },
    {
      when: 'on some days of the year',
      range: RANGE,
      names: CASES.map(({ name }) => name),
      steps: [1, 2, 29, 7, 40],
    },
  ])('records, run $when, what the preview says', async ({ range, names, steps }) => {
    const state = await openEmptyState();
    const wanted = names.map(findRule);
    const run = (asOf: string) =>
      runAlerts(
        { state, warehouse },
        { rules: wanted, metrics, asOf, clock: buildFixedClock(`${shiftDay(asOf, 1)}T06:00:00Z`) },
      );
    let asOf = range.from;
    for (let index = 0; asOf < AS_OF; index += 1) {
      expect((await run(asOf)).corrected).toBe(0);
      asOf = shiftDay(asOf, steps[index % steps.length] ?? 1);
    }
    await run(AS_OF);
    for (const rule of wanted) {
      const { firings } = await preview(rule.name, range);
      const recorded = await listFirings(state, { rule: rule.name, limit: 100_000 });
      const render = (list: readonly { day: string; entityId: string; sentence: string }[]) =>
        list.map(({ day, entityId, sentence }) => `${day} ${entityId} ${sentence}`).sort();
      expect(render(recorded), rule.name).toEqual(render(firings));
    }
    await state.close();
  });

  it('previews the shipped pack', async () => {
    const sentences = new Map<string, string>();
    for (const rule of readAlertRules({ pack: PACK, own: null, metrics })) {
      const { firings, waits } = await previewRule(warehouse, rule, { metrics, clock: AFTER, range: RANGE });
      sentences.set(rule.name, waits ?? firings[0]?.sentence ?? 'did not fire');
    }
    const figure = '−?[\\d,.]+';
    const patterns = {
      health_below_40: `Health score of .+ is ${figure}, under 40 \\(on 2 of 3 days\\)\\.`,
      churn_tier_critical: 'Churn tier of .+ became critical, it was low\\.',
      no_login_for_14_days: `Time without a login of .+ is ${figure} days, 14 days or more\\.`,
      daily_users_down_on_the_week: `Daily active users are ${figure}, down ${figure} % from ${figure} a week before \\(on 2 of 3 days\\)\\.`,
      mrr_below_plan: `MRR is ${figure} USD, under 265,000 USD, the target\\.`,
      pipeline_coverage_below_3: `Pipeline coverage is ${figure}, under 3 \\(on 2 of 3 days\\)\\.`,
      renewal_without_contact: `Time without contact before the renewal of .+ is ${figure} days, 30 days or more\\.`,
      spend_over_budget: `Ad spend is ${figure} USD, over 3,000 USD, the target\\.`,
    };
    expect([...sentences.keys()]).toEqual(Object.keys(patterns));
    for (const [name, pattern] of Object.entries(patterns))
      expect(sentences.get(name)).toMatch(new RegExp(`^${pattern}$`));
  });
});
