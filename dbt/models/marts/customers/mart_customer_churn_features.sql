{{ config(indexes=[{'columns': ['customer_id'], 'unique': true}]) }}

with customers as (
    select * from {{ ref('int_customers') }}
),

usage as (
    select * from {{ ref('int_customer_usage') }}
),

tickets as (
    select * from {{ ref('int_customer_tickets') }}
),

source_watermarks as (
    select * from {{ ref('source_watermarks') }}
),

sources as (
    {{ pivot_watermarks(['raw.usage_events', 'raw.support_tickets']) }}
),

final as (
    select
        customers.customer_id,
        customers.mrr,
        customers.tenure_days,
        customers.plan_tier,
        customers.industry,
        cast({{ when_available('raw.usage_events', 'coalesce(usage.total_events, 0)') }} as integer) as total_events,
        cast({{ when_window_known('raw.usage_events', 30, 'coalesce(usage.events_last_30d, 0)') }} as integer)
            as events_last_30d,
        cast({{ when_window_known('raw.usage_events', 7, 'coalesce(usage.events_last_7d, 0)') }} as integer)
            as events_last_7d,
        usage.avg_adoption_score,
        {{ days_between(utc_date('usage.last_event_at'), as_of()) }} as days_since_last_event,
        cast({{ when_available('raw.usage_events', 'coalesce(usage.retention_signal_count, 0)') }} as integer)
            as retention_signal_count,
        cast({{ when_available('raw.usage_events', 'coalesce(usage.integration_connects_first_30d, 0)') }} as integer)
            as integration_connects_first_30d,
        cast({{ when_window_known('raw.support_tickets', 30, 'coalesce(tickets.tickets_last_30d, 0)') }} as integer)
            as tickets_last_30d,
        cast({{ when_available('raw.support_tickets', 'coalesce(tickets.high_priority_tickets, 0)') }} as integer)
            as high_priority_tickets,
        tickets.avg_resolution_hours,
        cast(customers.tenure_days <= 90 as boolean) as is_early_stage
    from customers
    left join usage on customers.customer_id = usage.customer_id
    left join tickets on customers.customer_id = tickets.customer_id
    cross join sources
    where customers.is_active
)

select * from final
