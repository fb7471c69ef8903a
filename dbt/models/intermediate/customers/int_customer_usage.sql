{{ config(materialized='table') }}

-- Two passes on purpose: over all events only what needs all of them, over the last 30 days the windows. The events are
-- imported once for each pass: DuckDB keeps a copy of a CTE that is read twice. Adding up ones is faster there than
-- counting under a condition.
with usage_events as (
    select * from {{ ref('stg_usage_events') }}
),

recent_events as (
    select customer_id, event_type, timestamp
    from {{ ref('stg_usage_events') }}
    where timestamp >= {{ window_start(30) }}
),

early_connect_days as (
    select * from {{ ref('int_customer_early_connects') }}
),

counters as (
    select
        customer_id,
        count(*) as total_events,
        cast(sum(cast(event_type in ('evidence_upload', 'monitoring_run', 'report_view') as integer)) as bigint)
            as retention_signal_count,
        {{ sum_exact('feature_adoption_score') }} / nullif(count(feature_adoption_score), 0) as avg_adoption_score,
        max(timestamp) as last_event_at
    from usage_events
    group by customer_id
),

recent_counters as (
    select
        customer_id,
        count(*) as events_last_30d,
        cast(sum(cast(timestamp >= {{ window_start(7) }} as integer)) as bigint) as events_last_7d,
        cast(sum(cast(event_type = 'premium_feature_trial' as integer)) as bigint) as premium_feature_trials_30d
    from recent_events
    group by customer_id
),

early_connects as (
    select customer_id, sum(early_integration_connects) as integration_connects_first_30d
    from early_connect_days
    group by customer_id
),

final as (
    select
        counters.customer_id,
        counters.total_events,
        coalesce(recent_counters.events_last_30d, 0) as events_last_30d,
        coalesce(recent_counters.events_last_7d, 0) as events_last_7d,
        counters.retention_signal_count,
        counters.avg_adoption_score,
        counters.last_event_at,
        cast(coalesce(early_connects.integration_connects_first_30d, 0) as bigint) as integration_connects_first_30d,
        coalesce(recent_counters.premium_feature_trials_30d, 0) as premium_feature_trials_30d
    from counters
    left join recent_counters on counters.customer_id = recent_counters.customer_id
    left join early_connects on counters.customer_id = early_connects.customer_id
)

select * from final
