import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Engine, openDuckdb } from '../../src/engines/index.ts';
import type { HealthDefinition } from '../../src/metrics/index.ts';
import { compileReplay, type ReplayPlan, runReplay } from '../../src/metrics/replay-store.ts';
import { openAcmeCompiler } from '../dbt/company.ts';

/** A score of one figure, from 0 at 0 to 100 at `full`. */
function buildHealth(version: number, column: string, full: number): HealthDefinition {
  const inputs = [
    { column, weight: 1, curve: [[0, 0] as [number, number], [full, 100] as [number, number]] },
  ];
  return {
    version,
    minimum_coverage: 0.5,
    bands: { excellent: 80, stable: 60, at_risk: 40 },
    components: [{ name: 'only', weight: 1, inputs }],
    segments: [],
    overrides: [],
  };
}

const BY_MRR = buildHealth(1, 'mrr', 100);
const BY_USAGE = buildHealth(2, 'usage_change', 1);

/**
 * Five customers from 1 January 2025. By MRR only d (always) and b (its last 20 days) are in an alert. By usage: a in
 * June, b from 15 May on, c in April, e in December; of d nothing is known. b, c and e leave.
 */
const RATES = `create table intermediate.int_customer_rates as
  select
    customer_id, cast(day as date) as metric_date, churn_date is null or day < churn_date as is_active,
    'starter' as plan_tier,
    case
      when customer_id = 'b' and day >= '2025-06-20' then 30.0 when customer_id = 'd' then 50.0
      when customer_id = 'e' then 70.0 else 90.0
    end as mrr,
    case
      when customer_id = 'a' then case when month(day) = 6 then 0.3 else 0.9 end
      when customer_id = 'b' then case when day >= '2025-05-15' then 0.5 else 0.9 end
      when customer_id = 'c' then case when month(day) = 4 then 0.35 else 0.9 end
      when customer_id = 'e' then case when month(day) = 12 then 0.2 else 0.7 end
    end as usage_change
  from intermediate.int_customers
  cross join generate_series(timestamp '2025-01-01', timestamp '2025-12-31', interval 1 day) as days(day)
  where churn_date is null or day <= churn_date`;

describe('a replayed health definition, against numbers counted by hand', () => {
  const compiler = openAcmeCompiler({ health: BY_MRR });
  let engine: Engine;

  beforeAll(async () => {
    engine = await openDuckdb({ path: ':memory:', searchPath: [] });
    await engine.execute(`create schema intermediate;
      create table intermediate.int_customers as
        select * from (values ('a', null), ('b', date '2025-07-10'), ('c', date '2025-09-01'), ('d', null), ('e', date '2025-12-20'))
          as customers(customer_id, churn_date);
      create table intermediate.int_customer_profiles as select customer_id, upper(customer_id) as name from intermediate.int_customers;
      create table intermediate.int_days as
        select cast(day as date) as metric_date from generate_series(timestamp '2025-01-01', timestamp '2025-12-31', interval 1 day) as days(day)`);
    await engine.execute(RATES);
    await engine.execute("set search_path = 'intermediate'");
    for (const name of ['int_customer_health_scores', 'int_health_overrides', 'int_customer_health_days'])
      await engine.execute(`create view intermediate.${name} as ${compiler.compile(`model.tenure.${name}`)}`);
  });
  afterAll(() => engine.close());

  async function replay(changes: Partial<ReplayPlan> = {}) {
    for (const name of ['replay_days', 'replay_snapshots'])
      await engine.execute(`drop table if exists ${name}`);
    const plan = { health: BY_USAGE, asOf: undefined, band: 'at_risk', horizonDays: 90 } as const;
    return runReplay(engine, compiler, { ...plan, ...changes });
  }

  it('says which customers change band today, and how many customer-days in all', async () => {
    const report = await replay();
    expect(report).toMatchObject({ asOf: '2025-12-31', customers: 2, versions: { after: 2 } });
    expect(report.changes).toEqual([
      {
        customerId: 'd',
        customerName: 'D',
        mrr: 50,
        from: 'At Risk',
        to: 'Unknown',
        scoreBefore: 50,
        scoreAfter: null,
      },
    ]);
    // a and d all year, b to 9 July, c to 31 August, e to 19 December.
    expect(report.customerDays).toBe(365 + 365 + 190 + 243 + 353);
    const moved = report.matrix.filter(({ from, to }) => from !== to);
    expect(moved).toEqual([
      { from: 'Excellent', to: 'At Risk', days: 36 },
      { from: 'Excellent', to: 'Critical', days: 30 + 30 },
      { from: 'Stable', to: 'Critical', days: 19 },
      { from: 'At Risk', to: 'Unknown', days: 365 },
      { from: 'Critical', to: 'At Risk', days: 20 },
    ]);
    expect(report.changedDays).toBe(500);
  });

  it('relates the alerts of both to later churn', async () => {
    const { months, baseRate, before, after } = await replay();
    // 30 September and 90 days are over by the end of the year, 31 October and 90 days are not.
    expect(months).toEqual({ first: '2025-01-31', last: '2025-09-30', count: 9 });
    expect(baseRate).toBeCloseTo(7 / 41, 12);
    expect(before).toEqual({
      customerMonths: 41,
      alertedMonths: 10,
      followedMonths: 1,
      precision: 0.1,
      churned: 3,
      churnedAlerted: 1,
      recall: 1 / 3,
      medianLeadDays: 20,
      // 34 for the month at 30, 5 × 8.5 for those at 90, 21 for the one at 70, of 7 × 34 pairs.
      rocAuc: expect.closeTo(97.5 / 238, 12),
    });
    expect(after).toEqual({
      customerMonths: 41,
      // a in June; b in May and June; c in April, four months too early.
      alertedMonths: 4,
      followedMonths: 2,
      precision: 0.5,
      churned: 3,
      churnedAlerted: 2,
      recall: 2 / 3,
      // b 56 days, e 19.
      medianLeadDays: 37.5,
      // 4 × 7.5 for those at 90, 2 × 23 for those at 50, 19 for the one at 70, of 7 × 25 pairs.
      rocAuc: expect.closeTo(95 / 175, 12),
    });
  });

  it('takes another band, horizon and day, and knows nothing of later churn', async () => {
    const critical = await replay({ band: 'critical', horizonDays: 30 });
    expect(critical.months).toEqual({ first: '2025-01-31', last: '2025-11-30', count: 11 });
    // a in June, c in April.
    expect(critical.after).toMatchObject({ alertedMonths: 2, followedMonths: 0, churnedAlerted: 1 });
    expect(critical.before).toMatchObject({ alertedMonths: 1, followedMonths: 1, medianLeadDays: 20 });

    const june = await replay({ asOf: '2025-06-30' });
    expect(june).toMatchObject({ asOf: '2025-06-30', customers: 5, baseRate: 0 });
    expect(june.months).toEqual({ first: '2025-01-31', last: '2025-03-31', count: 3 });
    expect(june.after).toMatchObject({
      churned: 0,
      recall: null,
      precision: null,
      medianLeadDays: null,
      rocAuc: null,
    });

    const early = await replay({ asOf: '2025-02-01' });
    expect(early.months).toEqual({ first: null, last: null, count: 0 });
  });

  it('changes nothing when nothing is changed, and leaves the warehouse as it is', async () => {
    const before = await engine.listRelations();
    const same = await replay({ health: BY_MRR });
    expect(same).toMatchObject({ changes: [], changedDays: 0 });
    expect(same.after).toEqual(same.before);
    const made = (await engine.listRelations()).filter(({ name }) => !name.startsWith('replay_'));
    expect(made).toEqual(before.filter(({ name }) => !name.startsWith('replay_')));
    expect(compileReplay(compiler, BY_MRR, '2025-12-31')).toMatch(/^create temporary table replay_days/);
  });
});
