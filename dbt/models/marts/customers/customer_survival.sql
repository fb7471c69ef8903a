{{ config(indexes=[{'columns': ['customer_id'], 'unique': true}]) }}

-- Everything is looked at from the reference date: the churn date of a churned customer, as_of of an active one.
with customers as (
    select * from {{ ref('int_customers') }}
),

usage as (
    select * from {{ ref('int_customer_usage') }}
),

churned_usage as (
    select * from {{ ref('int_churned_customer_usage') }}
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

reference_usage as (
    select customer_id, true as is_active, events_last_30d, retention_signal_count, integration_connects_first_30d,
        avg_adoption_score
    from usage
    union all
    select customer_id, false as is_active, events_last_30d, retention_signal_count, integration_connects_first_30d,
        avg_adoption_score
    from churned_usage
),

counted as (
    select
        customers.customer_id, customers.plan_tier, customers.industry, customers.signup_date,
        customers.reference_date, customers.tenure_days,
        case when customers.is_active then 0 else 1 end as event,
        {{ when_available('raw.usage_events', 'coalesce(reference_usage.integration_connects_first_30d, 0)') }}
            as integration_connects_first_30d,
        {{ when_available('raw.usage_events', 'coalesce(reference_usage.retention_signal_count, 0)') }}
            as retention_signal_count,
        {{ when_window_known(
            'raw.usage_events', 30, 'coalesce(reference_usage.events_last_30d, 0)', 'customers.reference_date'
        ) }} as events_last_30d,
        reference_usage.avg_adoption_score,
        {{ when_available('raw.support_tickets', 'coalesce(tickets.high_priority_tickets_by_reference_date, 0)') }}
            as high_priority_tickets
    from customers
    left join reference_usage
        on customers.customer_id = reference_usage.customer_id
        and customers.is_active = reference_usage.is_active
    left join tickets on customers.customer_id = tickets.customer_id
    cross join sources
),

final as (
    select
        customer_id,
        plan_tier,
        industry,
        signup_date,
        reference_date,
        tenure_days as duration_days,
        event,
        cast(integration_connects_first_30d as integer) as integration_connects_first_30d,
        cast(retention_signal_count as integer) as retention_signal_count,
        cast(events_last_30d as integer) as events_last_30d,
        case
            when integration_connects_first_30d = 0 then '0'
            when integration_connects_first_30d <= 2 then '1–2'
            when integration_connects_first_30d <= 5 then '3–5'
            when integration_connects_first_30d >= 6 then '6+'
        end as integration_bucket,
        avg_adoption_score,
        cast(high_priority_tickets as integer) as high_priority_tickets
    from counted
)

select * from final
