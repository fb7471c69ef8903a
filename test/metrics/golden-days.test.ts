import { afterAll, beforeAll, expect, it } from 'vitest';
import { buildFixedClock } from '../../src/base/index.ts';
import { type DuckdbEngine, openDuckdb, type Row } from '../../src/engines/index.ts';
import { openRawStore } from '../../src/load/index.ts';
import { createScoringTables } from '../../src/scoring/index.ts';
import { openModels, runModels } from '../dbt/models-in-memory.ts';

const AS_OF = '2024-03-31';

/**
 * Two customers worked out by hand. `leap` signs on 29 February, changes its plan in the middle of March, and is used
 * around midnight; `back` leaves for 24 days. Both have few answers, and no users to activate.
 */
const FACTS = [
  `insert into raw.customers (customer_id, name, plan_tier, signup_date, mrr) values
     ('leap', 'Leap', 'enterprise', '2024-02-29', 9000), ('back', 'Back', 'starter', '2023-12-01', 700)`,
  `insert into raw.subscription_periods (subscription_id, customer_id, valid_from, valid_to, plan_tier, mrr, change_type) values
     ('l', 'leap', '2024-02-29', '2024-03-15', 'growth', 3000, 'new'),
     ('l', 'leap', '2024-03-15', null, 'enterprise', 9000, 'expansion'),
     ('b', 'back', '2023-12-01', '2024-02-10', 'starter', 600, 'new'),
     ('b', 'back', '2024-02-10', null, 'starter', 600, 'churn'),
     ('b', 'back', '2024-03-05', null, 'starter', 700, 'reactivation')`,
  `insert into raw.usage_events (event_id, customer_id, user_id, timestamp, event_type, quantity) values
     ('e1', 'leap', 'u1', '2024-03-10 23:30:00-08:00', 'feature_used', 1),
     ('e2', 'leap', 'u2', '2024-03-11 00:30:00+09:00', 'feature_used', 1),
     ('e3', 'leap', 'u1', '2024-03-20 00:00:00+00', 'feature_used', 1)`,
  `insert into raw.survey_responses (response_id, customer_id, survey_type, score, sent_at, responded_at)
     select 'r' || n, 'leap', 'nps', 10, timestamptz '2024-03-12 00:00:00+00', timestamptz '2024-03-12 00:00:00+00' + to_days(n)
     from range(5) as answers (n)`,
];

let engine: DuckdbEngine;
let rows: ReadonlyMap<string, Row>;

beforeAll(async () => {
  engine = await openDuckdb({ path: ':memory:' });
  await openRawStore(engine, buildFixedClock(`${AS_OF}T20:00:00Z`));
  await createScoringTables(engine);
  for (const statement of FACTS) await engine.execute(statement);
  await runModels(engine, openModels({ asOf: AS_OF }), ['+metrics_customer_success']);
  const all = await engine.query('select * from entity.metrics_customer_success');
  rows = new Map(all.map((row) => [`${row['customer_id']} ${row['metric_date']}`, row]));
});
afterAll(() => engine.close());

it.each([
  [
    'leap',
    '2024-02-29',
    { current_mrr: '3000.00', plan_tier: 'growth', previous_month_mrr: null, mrr_growth: null },
  ],
  ['leap', '2024-03-14', { current_mrr: '3000.00', plan_tier: 'growth' }],
  ['leap', '2024-03-15', { current_mrr: '9000.00', plan_tier: 'enterprise' }],
  ['leap', '2024-03-29', { previous_month_mrr: '3000.00', mrr_growth: 200 }],
  ['leap', '2024-03-31', { previous_month_mrr: '3000.00', mrr_growth: 200, tenure_days: 31 }],
  ['back', '2024-02-09', { current_mrr: '600.00', plan_tier: 'starter' }],
  ['back', '2024-03-05', { current_mrr: '700.00', plan_tier: 'starter', tenure_days: 95 }],
])('what %s pays on %s', (customer, day, expected) => {
  expect(rows.get(`${customer} ${day}`)).toMatchObject(expected);
});

it('has no row of a customer without a contract', () => {
  const days = [...rows.keys()].filter((key) => key.startsWith('back'));
  expect(days).toContain('back 2024-02-09');
  expect(days.filter((key) => key >= 'back 2024-02-10' && key < 'back 2024-03-05')).toEqual([]);
});

it.each([
  // Before the first event nothing is known of the users.
  ['2024-03-09', [null, null, null]],
  // Half past midnight in Tokyo is still the day before in UTC; half past eleven in Seattle is the day after.
  ['2024-03-10', [1, 1, 1]],
  ['2024-03-11', [1, 2, 2]],
  ['2024-03-16', [0, 2, 2]],
  ['2024-03-17', [0, 1, 2]],
  ['2024-03-18', [0, 0, 2]],
  ['2024-03-20', [1, 1, 2]],
])('who was active on %s, in its week and its month', (day, active) => {
  const row = rows.get(`leap ${day}`);
  const users = ['daily_active_users', 'weekly_active_users', 'monthly_active_users'].map(
    (name) => row?.[name],
  );
  expect(users).toEqual(active);
});

it('knows no ratio without something to divide by, and no NPS of four answers', () => {
  const row = rows.get('leap 2024-03-15');
  expect(row).toMatchObject({
    nps_answers_90d: 4,
    nps_score: null,
    user_activation_rate: null,
    csat_score: null,
  });
  expect(rows.get('leap 2024-03-16')).toMatchObject({ nps_answers_90d: 5, nps_score: 100 });
});
