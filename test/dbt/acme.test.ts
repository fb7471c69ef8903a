import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Row } from '../../src/engines/index.ts';
import { type Company, openAcme } from './company.ts';

/** Warnings the example is meant to raise: its traps. */
const TRAPS = [
  'relationships_stg_ad_creatives_campaign_id__campaign_id__ref_stg_campaigns_daily_',
  'relationships_stg_attribution_touchpoints_campaign_id__campaign_id__ref_stg_campaigns_daily_',
  'relationships_stg_conversions_attributed_campaign_id__campaign_id__ref_stg_campaigns_daily_',
  'relationships_stg_sessions_campaign_id__campaign_id__ref_stg_campaigns_daily_',
  'relationships_stg_usage_events_customer_id__customer_id__ref_stg_customers_',
  'warn_creative_ctr_differs',
  'warn_session_to_conversion_rate_over_one',
];

describe('the example company', () => {
  let company: Company;
  beforeAll(async () => {
    company = await openAcme();
  });
  afterAll(() => company.close());

  async function fetchRow(sql: string): Promise<Row> {
    const rows = await company.engine.query(sql);
    expect(rows).toHaveLength(1);
    return rows[0] as Row;
  }

  it('builds with every model and test green, and warns of its traps only', () => {
    const { results } = company.summary;
    const bad = results.filter(
      ({ status }) => status !== 'success' && status !== 'pass' && status !== 'warn',
    );
    expect(bad.map(({ name, message }) => `${name}: ${message}`)).toEqual([]);
    expect(
      results
        .filter(({ status }) => status === 'warn')
        .map(({ name }) => name)
        .sort(),
    ).toEqual(TRAPS);
    expect(results.filter(({ resourceType }) => resourceType === 'unit_test').length).toBeGreaterThan(25);
  });

  // Counted by hand from the CSV files.
  it.each([
    {
      customer_id: 'northwind',
      mrr: '4200.00',
      tenure_days: 744,
      plan_tier: 'growth',
      industry: 'fintech',
      total_events: 27,
      events_last_30d: 11,
      events_last_7d: 4,
      avg_adoption_score: 19.9 / 26,
      days_since_last_event: 0,
      retention_signal_count: 17,
      integration_connects_first_30d: 3,
      tickets_last_30d: 1,
      high_priority_tickets: 2,
      avg_resolution_hours: 44 / 3,
      is_early_stage: false,
    },
    {
      customer_id: 'harbor',
      mrr: '900.00',
      tenure_days: 90,
      plan_tier: 'starter',
      industry: 'healthtech',
      total_events: 25,
      events_last_30d: 9,
      events_last_7d: 2,
      avg_adoption_score: 0.46,
      days_since_last_event: 0,
      retention_signal_count: 9,
      integration_connects_first_30d: 3,
      tickets_last_30d: 1,
      high_priority_tickets: 0,
      avg_resolution_hours: 7,
      is_early_stage: true,
    },
    {
      customer_id: 'edge',
      mrr: '700.00',
      tenure_days: 225,
      plan_tier: 'starter',
      industry: 'healthtech',
      total_events: 5,
      events_last_30d: 4,
      events_last_7d: 2,
      avg_adoption_score: 0.5,
      days_since_last_event: 0,
      retention_signal_count: 3,
      integration_connects_first_30d: 0,
      tickets_last_30d: 0,
      high_priority_tickets: 0,
      avg_resolution_hours: null,
      is_early_stage: false,
    },
    {
      customer_id: 'mute',
      mrr: '2000.00',
      tenure_days: 164,
      plan_tier: 'growth',
      industry: 'legaltech',
      total_events: 0,
      events_last_30d: 0,
      events_last_7d: 0,
      avg_adoption_score: null,
      days_since_last_event: null,
      retention_signal_count: 0,
      integration_connects_first_30d: 0,
      tickets_last_30d: 1,
      high_priority_tickets: 0,
      avg_resolution_hours: null,
      is_early_stage: false,
    },
  ])('has the churn features of $customer_id, in the order of the dictionary', async (expected) => {
    const row = await fetchRow(
      `from mart_customer_churn_features where customer_id = '${expected.customer_id}'`,
    );
    expect(Object.keys(row)).toEqual(Object.keys(expected));
    for (const [column, value] of Object.entries(expected)) {
      if (typeof value === 'number') expect(row[column], column).toBeCloseTo(value, 12);
      else expect(row[column], column).toBe(value);
    }
  });

  it.each([
    ['arbor', 4, 2, true, '4000.00', 0.95],
    ['lexa', 0, 0, true, '800.00', 0.5],
    ['harbor', 3, 0, false, '0.00', 400 / 1500],
    ['plinth', 0, 0, false, '0.00', 1],
    ['tally', 0, 0, false, '0.00', 0],
    ['newleaf', 0, 0, false, '0.00', 0],
  ])('has the expansion features of %s', async (customer, ...expected) => {
    const row =
      await fetchRow(`select premium_feature_trials_30d, feature_request_tickets_90d, has_open_expansion_opp,
      expansion_opp_amount, mrr_tier_ceiling_pct from mart_customer_expansion_features where customer_id = '${customer}'`);
    expect(Object.values(row)).toEqual(expected);
  });

  it('leaves customers out that churned, that upgraded and that do not exist yet', async () => {
    const list = async (model: string) =>
      (await company.engine.query(`select customer_id as id from ${model} order by 1`)).map(
        (row) => row['id'],
      );
    const active = [
      'arbor',
      'clarity',
      'drift',
      'duo',
      'edge',
      'ferrous',
      'harbor',
      'lexa',
      'mute',
      'newleaf',
      'northwind',
      'plinth',
      'tally',
    ];
    expect(await list('mart_customer_churn_features')).toEqual(active);
    expect(await list('mart_customer_expansion_features')).toEqual(
      active.filter((id) => id !== 'duo' && id !== 'northwind'),
    );
    expect(await list('customer_survival')).toEqual([...active, 'beacon', 'quill', 'sorrel', 'vetch'].sort());
  });

  it.each([
    ['quill', 'growth', '2026-01-31', 502, 1, 1, 10, 8, '1–2', 1],
    ['sorrel', 'starter', '2025-11-30', 274, 1, 7, 8, 5, '6+', 2],
    ['vetch', 'starter', '2025-08-15', 136, 1, 0, 0, 0, '0', 0],
    ['clarity', 'starter', '2026-03-14', 428, 0, 1, 8, 5, '1–2', 0],
    ['beacon', 'growth', '2026-03-14', 396, 1, 0, 7, 2, '0', 0],
  ])('sees the survival of %s from its reference date', async (customer, ...expected) => {
    const row =
      await fetchRow(`select plan_tier, reference_date, duration_days, event, integration_connects_first_30d,
      retention_signal_count, events_last_30d, integration_bucket, high_priority_tickets
      from customer_survival where customer_id = '${customer}'`);
    expect(Object.values(row)).toEqual(expected);
  });

  it('gives usage decay, from complete to unknown', async () => {
    const rows = await company.engine.query(
      'select customer_id as id, usage_decay_score as score from customer_usage_decay',
    );
    const scores = Object.fromEntries(rows.map((row) => [row['id'], row['score']]));
    expect(scores).toMatchObject({ drift: 1, lexa: 0.6, northwind: 0, mute: null, newleaf: null });
  });

  it.each([
    ['ana', 'google_ads', '2026-03-05', '2026-03-06', 2, '99.99', 49.995, 1, 'low'],
    ['bo', 'organic', '2026-03-01', '2026-03-01', 1, '499.99', 499.99, 0, 'medium'],
    ['cy', 'meta', '2026-03-04', '2026-03-04', 2, '500.00', 250, 0, 'high'],
    ['eli', 'unknown', '2026-03-08', '2026-03-08', 1, '1500.00', 1500, 0, 'high'],
    ['fay', 'google_ads', '2026-03-03', '2026-03-03', 1, '100.00', 100, 0, 'medium'],
    ['gus', 'direct', '2026-03-09', '2026-03-09', 1, '-40.00', -40, 0, 'low'],
    ['jo', 'google_ads', '2026-03-14', '2026-03-14', 1, '10.00', 10, 0, 'low'],
  ])('has the lifetime value of %s', async (...expected) => {
    const row = await fetchRow(`from customer_lifetime_value where user_id = '${expected[0]}'`);
    expect(Object.values(row)).toEqual(expected);
  });

  it('has the funnel of every campaign', async () => {
    const rows =
      await company.engine.query(`select campaign_id, campaign_name, channel, total_impressions, total_clicks,
      total_sessions, total_conversions, funnel_efficiency_score from funnel_conversion_analysis order by 1`);
    expect(rows.map((row) => Object.values(row))).toEqual([
      ['g1', 'Brand Search 2026', 'google_ads', 6510, 293, 5, 4, 0.75],
      ['l1', 'CISO Letters', 'linkedin', 0, 0, 0, 0, 0],
      ['m1', 'Spring Feed', 'meta', 11460, 192, 5, 0, 0],
      ['p1', 'Pins', 'pinterest', 1260, 27, 1, 3, 1],
      ['t1', 'Short Clips (Reddit)', 'reddit', 12280, 103, 3, 3, 0.5],
    ]);
  });

  it('credits every attribution model with the booked revenue', async () => {
    const rows = await company.engine.query(`select attribution_model, sum(credited_revenue) as revenue,
      max(case when channel = 'unattributed' then credited_revenue end) as unattributed
      from channel_attribution group by 1 order by 1`);
    // 1500.00 (eli) + 75.50 (hal, touched too early or too late) − 40.00 (gus) have no touchpoint.
    const models = ['first_touch', 'last_touch', 'linear', 'position_based', 'time_decay'];
    expect(rows.map((row) => Object.values(row))).toEqual(
      models.map((model) => [model, '2940.72', '1535.50']),
    );
  });

  it('takes the campaign of another attribution model when asked to', async () => {
    const other = await openAcme({
      tables: ['conversions', 'campaigns_daily'],
      vars: { attribution_model: 'first_touch' },
      select: ['+stg_conversions'],
    });
    const sql = "select attributed_campaign_id as campaign from stg_conversions where conversion_id = 'v01'";
    expect(await other.engine.query(sql)).toEqual([{ campaign: 'g1' }]);
    expect(await company.engine.query(sql)).toEqual([{ campaign: 't1' }]);
    await other.close();
  });

  it('switches the marketing models to tables with one variable', async () => {
    const nodes = Object.values(company.compiler.manifest.nodes).filter(
      (node) => node.resource_type === 'model' && node.raw_code.includes("var('marketing_materialized')"),
    );
    const kinds = async (from: Company) => {
      const names = new Set(nodes.map(({ schema, alias }) => `${schema}.${alias}`));
      expect(names.size).toBe(13);
      return (await from.engine.listRelations())
        .filter(({ schema, name }) => names.has(`${schema}.${name}`))
        .map(({ kind }) => kind);
    };
    const tables = await openAcme({
      vars: { marketing_materialized: 'table' },
      select: nodes.map(({ name }) => `+${name}`),
    });
    expect(new Set(await kinds(company))).toEqual(new Set(['view']));
    expect(new Set(await kinds(tables))).toEqual(new Set(['table']));
    expect(tables.summary.ok).toBe(true);
    await tables.close();
  });
});
