import type { Engine } from '../src/engines/index.ts';

/** The day the benchmark company is looked at. */
export const BENCH_AS_OF = '2026-03-14';

const CUSTOMERS = 5000;
const DAYS = 730;

/** Plain customers, usage events and tickets by hash: for timing, not for meaning. */
export async function writeCompany(engine: Engine, events: number): Promise<void> {
  await engine.execute(`
    insert into raw.customers (customer_id, industry, plan_tier, signup_date, mrr, churn_date)
    select 'c' || i, 'saas', ['starter', 'growth', 'enterprise'][1 + i % 3],
      date '${BENCH_AS_OF}' - cast(${DAYS} - i % 600 as integer), 1000 + i % 7000,
      case when i % 4 = 0 then date '${BENCH_AS_OF}' - cast(i % 90 as integer) end
    from range(${CUSTOMERS}) as customers(i)`);
  await engine.execute(`
    insert into raw.usage_events (event_id, customer_id, "timestamp", event_type, feature_adoption_score, quantity)
    select md5(i::varchar), 'c' || (hash(i) % ${CUSTOMERS})::varchar,
      cast(timestamp '${BENCH_AS_OF} 00:00:00' - to_seconds((hash(hash(i, 1)) % (${DAYS} * 86400))::bigint) as timestamptz),
      case when hash(hash(i, 2)) % 200 = 0 then 'integration_connect' when hash(hash(i, 2)) % 200 = 1 then 'premium_feature_trial'
        else ['evidence_upload', 'monitoring_run', 'report_view', 'user_invite', 'api_call'][1 + (hash(hash(i, 3)) % 5)::integer] end,
      (hash(hash(i, 4)) % 1000) / 1000.0, 1
    from range(${events}) as events(i)`);
  await engine.execute(`
    insert into raw.support_tickets (ticket_id, customer_id, created_date, priority, resolution_time, topic)
    select 't' || i, 'c' || (hash(i) % ${CUSTOMERS})::varchar, date '${BENCH_AS_OF}' - (hash(hash(i, 1)) % ${DAYS})::integer,
      ['low', 'medium', 'high', 'critical'][1 + (hash(hash(i, 2)) % 4)::integer], 1 + (hash(i) % 90)::integer, 'billing'
    from range(40000) as tickets(i)`);
}

/**
 * The churn features written by hand in one statement, as fast as we know how: one pass over all events for what needs
 * all of them, one over the last month for the windows, one over the rare event type; constants only in the big scans.
 */
export const HAND_WRITTEN_CHURN = `
  create or replace table bench.churn as
  with usage as (
    select customer_id, count(*) as total_events,
      avg(feature_adoption_score) as avg_adoption_score,
      max("timestamp") as last_event_at,
      sum(cast(event_type in ('evidence_upload', 'monitoring_run', 'report_view') as integer)) as retention_signal_count
    from raw.usage_events where "timestamp" < timestamptz '2026-03-15 00:00:00+00' group by customer_id
  ), recent as (
    select customer_id, count(*) as events_last_30d,
      sum(cast("timestamp" >= timestamptz '2026-03-08 00:00:00+00' as integer)) as events_last_7d
    from raw.usage_events
    where "timestamp" >= timestamptz '2026-02-13 00:00:00+00' and "timestamp" < timestamptz '2026-03-15 00:00:00+00'
    group by customer_id
  ), connects as (
    select events.customer_id, count(*) as n
    from raw.usage_events as events inner join raw.customers as customers using (customer_id)
    where event_type = 'integration_connect' and "timestamp" <= cast(signup_date + 30 as timestamptz)
      and "timestamp" < timestamptz '2026-03-15 00:00:00+00'
    group by events.customer_id
  ), tickets as (
    select customer_id, count(*) filter (created_date >= date '2026-02-13') as tickets_last_30d,
      count(*) filter (priority in ('high', 'critical')) as high_priority_tickets,
      avg(case when cast(created_date as timestamptz) + to_hours(resolution_time) < timestamptz '2026-03-15 00:00:00+00'
        then resolution_time end) as avg_resolution_hours
    from raw.support_tickets where created_date <= date '2026-03-14' group by customer_id
  )
  select customers.customer_id, customers.mrr, date '2026-03-14' - signup_date as tenure_days, plan_tier, industry,
    coalesce(total_events, 0) as total_events, coalesce(events_last_30d, 0) as events_last_30d,
    coalesce(events_last_7d, 0) as events_last_7d, avg_adoption_score,
    date '2026-03-14' - cast(last_event_at as date) as days_since_last_event,
    coalesce(retention_signal_count, 0) as retention_signal_count,
    coalesce(connects.n, 0) as integration_connects_first_30d, coalesce(tickets_last_30d, 0) as tickets_last_30d,
    coalesce(high_priority_tickets, 0) as high_priority_tickets, avg_resolution_hours,
    date '2026-03-14' - signup_date <= 90 as is_early_stage
  from raw.customers as customers
  left join usage using (customer_id) left join recent using (customer_id) left join connects using (customer_id)
  left join tickets using (customer_id)
  where signup_date <= date '2026-03-14' and (churn_date is null or churn_date > date '2026-03-14')`;
