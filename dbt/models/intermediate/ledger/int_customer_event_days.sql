{{ config(materialized='incremental', incremental_strategy='append', pre_hook='{{ forget_restated(this) }}') }}

-- Sums are of integers and decimals, so that they do not depend on the order of the rows.
with restated as (
    select * from {{ ref('int_restated_customers') }}
),

usage_events as (
    {{ restated_rows(ref('stg_usage_events'), utc_date('timestamp')) }}
),

dated as (
    select
        customer_id,
        {{ utc_date('timestamp') }} as metric_date,
        event_type,
        quantity,
        {{ to_decimal('feature_adoption_score', 9, 12) }} as adoption_score
    from usage_events
),

final as (
    select
        customer_id,
        metric_date,
        count(*) as events,
        cast(sum(case when event_type = 'api_call' then quantity else 0 end) as bigint) as api_calls,
        cast(sum(cast(event_type in ('evidence_upload', 'monitoring_run', 'report_view') as integer)) as bigint)
            as retention_signals,
        cast(sum(cast(event_type = 'integration_connect' as integer)) as bigint) as integration_connects,
        cast(sum(cast(event_type = 'premium_feature_trial' as integer)) as bigint) as premium_feature_trials,
        cast(coalesce(sum(adoption_score), 0) as decimal(28, 9)) as adoption_score_sum,
        count(adoption_score) as adoption_scores
    from dated
    group by customer_id, metric_date
)

select * from final
