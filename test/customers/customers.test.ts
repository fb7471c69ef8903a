import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Customer360, CustomerEntry, Tenure } from '../../src/app/index.ts';
import type { Row } from '../../src/engines/index.ts';
import { isSameNumber } from '../metrics/same-number.ts';
import { copyDemo, DEMO_DAY, openDemo } from '../shared/workspaces.ts';

const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'tenure-customers-'));
let tenure: Tenure;

beforeAll(async () => {
  await copyDemo(folder);
  tenure = openDemo(folder);
});
afterAll(() => fs.rmSync(folder, { recursive: true, force: true }));

async function query(sql: string): Promise<readonly Row[]> {
  const rows: Row[] = [];
  for await (const { columns, rows: values } of tenure.stream(sql))
    for (const row of values)
      rows.push(Object.fromEntries(columns.map((name, place) => [name, row[place] ?? null])));
  return rows;
}

/** Figures of the 360 by the names the catalogue has for them. */
const FIGURES = {
  current_mrr: 'currentMrr',
  previous_month_mrr: 'previousMonthMrr',
  mrr_at_risk: 'mrrAtRisk',
  customer_health_score: 'customerHealthScore',
  health_trend_30d: 'healthTrend30d',
  churn_risk_score: 'churnRiskScore',
  expansion_potential_score: 'expansionPotentialScore',
  daily_active_users: 'dailyActiveUsers',
  weekly_active_users: 'weeklyActiveUsers',
  monthly_active_users: 'monthlyActiveUsers',
  core_feature_adoption_rate: 'coreFeatureAdoptionRate',
  support_tickets_30d: 'supportTickets30d',
  avg_ticket_resolution_hours: 'avgTicketResolutionHours',
  nps_score: 'npsScore',
  csat_score: 'csatScore',
} as const satisfies Record<string, keyof NonNullable<Customer360['figures']>>;

describe('the list of customers', () => {
  it('has everybody with a contract, and what they pay adds up to the MRR of the metrics layer', async () => {
    const list = await tenure.customers.list({ limit: 1000 });
    const { rows } = await tenure.metrics.query({
      metrics: ['customer_success.current_mrr', 'active_customers'],
    });
    expect(list.asOf).toBe(DEMO_DAY);
    expect(list.rows).toHaveLength(list.total);
    expect([list.total, list.mrr]).toEqual([
      rows[0]?.['active_customers'],
      rows[0]?.['customer_success.current_mrr'],
    ]);
    expect(list.rows.every(({ isActive }) => isActive)).toBe(true);
  });

  it('says what the metrics layer says, customer by customer', async () => {
    const metrics = [
      'current_mrr',
      'customer_health_score',
      'churn_risk_score',
      'mrr_at_risk',
      'health_trend_30d',
    ];
    const { rows } = await tenure.metrics.query({
      metrics: metrics.map((metric) => `customer_success.${metric}`),
      dimensions: ['customer_id'],
      limit: 1000,
    });
    const list = await tenure.customers.list({ limit: 1000 });
    const byId = new Map(rows.map((row) => [row['customer_id'], row]));
    const keys = ['mrr', 'healthScore', 'churnRiskScore', 'mrrAtRisk', 'healthTrend30d'] as const;
    const wrong = list.rows.flatMap((customer) =>
      keys.flatMap((key, place) => {
        const metric = metrics[place] ?? '';
        const value = byId.get(customer.customerId)?.[`customer_success.${metric}`] ?? null;
        return isSameNumber(value, customer[key]) ? [] : [`${customer.customerId} ${metric}`];
      }),
    );
    expect([byId.size, wrong]).toEqual([list.total, []]);
  });

  it('has those whose contract ended when they are asked for, without figures of the day', async () => {
    const all = await tenure.customers.list({ hasEnded: true, order: 'name', limit: 1000 });
    expect(all.total).toBe(150);
    const ended = all.rows.filter(({ isActive }) => !isActive);
    expect(ended.length).toBeGreaterThan(0);
    expect(
      ended.every(
        ({ mrr, healthScore, churnTier }) => mrr === null && healthScore === null && churnTier === null,
      ),
    ).toBe(true);
    // Their parts of the sums are nothing.
    expect(all.mrr).toBe((await tenure.customers.list()).mrr);
  });

  it.each(['name', 'mrr', 'health', 'churn', 'mrr_at_risk'] as const)(
    'is in the order of %s, both ways',
    async (order) => {
      const read = ({ customerName, mrr, healthScore, churnRiskScore, mrrAtRisk }: CustomerEntry) =>
        ({
          name: customerName.toLowerCase(),
          mrr,
          health: healthScore,
          churn: churnRiskScore,
          mrr_at_risk: mrrAtRisk,
        })[order];
      for (const isDescending of [true, false]) {
        const { rows } = await tenure.customers.list({ order, isDescending, hasEnded: true, limit: 1000 });
        const values = rows.map(read);
        const known = values.filter((value) => value !== null);
        // What is unknown comes last, whichever way.
        expect(values.slice(0, known.length)).toEqual(known);
        const sorted = [...known].sort((a, b) => (a < b ? -1 : a > b ? 1 : 0));
        expect(known).toEqual(isDescending ? sorted.reverse() : sorted);
      }
    },
  );

  it('comes in pages that have nobody twice', async () => {
    const whole = await tenure.customers.list({ limit: 1000 });
    const ids: string[] = [];
    for (let offset = 0; offset < whole.total; offset += 40) {
      const page = await tenure.customers.list({ limit: 40, offset });
      expect(page.total).toBe(whole.total);
      ids.push(...page.rows.map(({ customerId }) => customerId));
    }
    expect(ids).toEqual(whole.rows.map(({ customerId }) => customerId));
    expect((await tenure.customers.list({ offset: 5000 })).total).toBe(whole.total);
  });

  it('is narrowed down by values of filters, alternatives within one', async () => {
    const whole = await tenure.customers.list({ limit: 1000 });
    const values = await tenure.customers.filters();
    expect(new Set(values.map(({ filter }) => filter)).size).toBe(6);
    for (const { filter, value, customers } of values)
      expect([
        filter,
        value,
        (await tenure.customers.list({ filters: { [filter]: [value] }, limit: 0 })).total,
      ]).toEqual([filter, value, customers]);
    const some = await tenure.customers.list({
      filters: { plan_tier: ['growth', 'enterprise'], health_band: ['Stable', 'At Risk'] },
      limit: 1000,
    });
    const expected = whole.rows.filter(
      ({ planTier, healthBand }) =>
        ['growth', 'enterprise'].includes(planTier ?? '') && ['Stable', 'At Risk'].includes(healthBand ?? ''),
    );
    expect(some.rows).toEqual(expected);
    expect(expected.length).toBeGreaterThan(0);
  });

  it('finds a customer by a part of its name or id, and takes signs as they are', async () => {
    const [first] = (await tenure.customers.list({ limit: 1 })).rows;
    const { customerId = '', customerName = '' } = first ?? {};
    for (const q of [customerName.slice(1).toUpperCase(), customerId.slice(2, 20), ` ${customerName} `])
      expect((await tenure.customers.list({ q })).rows.map((row) => row.customerId)).toContain(customerId);
    for (const q of ['%', '_x_', "' or 1=1 --", '\\'])
      expect((await tenure.customers.list({ q })).total).toBe(0);
  });

  it('is CSV of all that is asked for, whatever the page', async () => {
    const csv = await tenure.customers.export({ limit: 5, offset: 40 });
    const lines = csv.split('\r\n');
    expect(lines[0]).toMatch(/^customer_id,customer_name,plan_tier,/);
    expect(lines).toHaveLength((await tenure.customers.list({ limit: 0 })).total + 2);
  });
});

describe('everything on one customer', () => {
  it('has the figures of the metrics layer', async () => {
    const { rows } = await tenure.customers.list({ limit: 6 });
    const metrics = Object.keys(FIGURES) as (keyof typeof FIGURES)[];
    for (const { customerId } of rows) {
      const { figures } = await tenure.customers.show(customerId);
      const answer = await tenure.metrics.query({
        metrics: metrics.map((metric) => `customer_success.${metric}`),
        dimensions: ['customer_id'],
        filters: [{ member: 'customer_id', operator: 'equals', values: [customerId] }],
      });
      const wrong = metrics.filter(
        (metric) =>
          !isSameNumber(
            answer.rows[0]?.[`customer_success.${metric}`] ?? null,
            figures?.[FIGURES[metric]] ?? null,
          ),
      );
      expect([customerId, wrong]).toEqual([customerId, []]);
    }
  });

  it('has points that make the score, days up to the last one, and a score’s reasons', async () => {
    const { rows } = await tenure.customers.list({ filters: { health_band: ['Excellent'] }, limit: 3 });
    for (const { customerId, healthScore } of rows) {
      const customer = await tenure.customers.show(customerId);
      const earned = customer.points
        .map(({ pointsEarned }) => pointsEarned ?? 0)
        .reduce((sum, one) => sum + one, 0);
      expect(earned).toBeCloseTo(healthScore ?? 0, 6);
      expect(customer.days.at(-1)).toMatchObject({ metricDate: DEMO_DAY, healthScore });
      const churn = customer.scores.find(({ model }) => model === 'churn');
      expect(churn?.reasons[0]?.words).toEqual(expect.any(String));
      expect(100 * (churn?.probability ?? 0)).toBeCloseTo(customer.figures?.churnRiskScore ?? -1, 9);
    }
  });

  it('has what tables hold of it and nobody else’s', async () => {
    const [one] = await query(
      `select tickets.customer_id, count(*) as tickets, min(periods.n) as subscriptions
       from stg_support_tickets as tickets
       inner join (select customer_id, count(*) as n from stg_subscription_periods group by 1) as periods
         on tickets.customer_id = periods.customer_id
       group by 1 having count(*) between 2 and 10 order by 1 limit 1`,
    );
    const id = String(one?.['customer_id']);
    const customer = await tenure.customers.show(id);
    expect([customer.tickets.length, customer.subscriptions.length]).toEqual([
      one?.['tickets'],
      one?.['subscriptions'],
    ]);
    const milestones = await tenure.milestones.list({ customerId: id });
    expect(customer.milestones).toEqual(milestones);
    const uses = await query(
      `select sum(uses) as uses from int_customer_feature_days
       where customer_id = '${id}' and metric_date > date '${DEMO_DAY}' - 90`,
    );
    const shown = customer.features.map(({ uses90d }) => uses90d).reduce((sum, one) => sum + one, 0);
    expect(shown).toBe(Number(uses[0]?.['uses']));
  });

  it('names the owner of a deal as the sales dashboard does', async () => {
    const deals = await query(
      `select opp_id, customer_id, owner_name from top_deals where customer_id is not null order by deal_rank limit 5`,
    );
    expect(deals.length).toBe(5);
    for (const { opp_id, customer_id, owner_name } of deals) {
      const customer = await tenure.customers.show(String(customer_id));
      expect(customer.deals.find(({ oppId }) => oppId === opp_id)).toMatchObject({ ownerName: owner_name });
    }
  });

  it('is said of one whose contract ended, without figures of the day', async () => {
    const { rows } = await tenure.customers.list({ hasEnded: true, limit: 1000 });
    const ended = rows.find(({ isActive }) => !isActive);
    const customer = await tenure.customers.show(ended?.customerId ?? '');
    expect([customer.figures, customer.profile.isActive, customer.points]).toEqual([null, false, []]);
    expect(customer.profile.churnDate).not.toBeNull();
  });

  it('is refused of one nobody knows', async () => {
    await expect(tenure.customers.show("nobody' or '1'='1")).rejects.toMatchObject({
      code: 'CUSTOMER_UNKNOWN',
    });
  });
});
