with customers as (
    select * from {{ ref('int_customers') }}
),

usage_events as (
    select * from {{ ref('stg_usage_events') }}
),

churned as (
    select
        customer_id,
        {{ utc_midnight(add_days('signup_date', 30)) }} as first_month_ends_at,
        {{ utc_midnight(window_start_date(30, 'churn_date')) }} as last_month_starts_at,
        {{ utc_midnight(add_days('churn_date', 1)) }} as ends_at
    from customers
    where not is_active
),

final as (
    select
        churned.customer_id,
        count(case when usage_events.timestamp >= churned.last_month_starts_at then 1 end) as events_last_30d,
        count(
            case when usage_events.event_type in ('evidence_upload', 'monitoring_run', 'report_view') then 1 end
        ) as retention_signal_count,
        count(
            case
                when usage_events.event_type = 'integration_connect'
                    and usage_events.timestamp <= churned.first_month_ends_at
                    then 1
            end
        ) as integration_connects_first_30d,
        {{ sum_exact('usage_events.feature_adoption_score') }} / nullif(count(usage_events.feature_adoption_score), 0) as avg_adoption_score
    from churned
    inner join usage_events
        on churned.customer_id = usage_events.customer_id
        and usage_events.timestamp < churned.ends_at
    group by churned.customer_id
)

select * from final
