{{ config(indexes=[{'columns': ['customer_id'], 'unique': true}]) }}

-- A customer that used nothing in the 30 days before has nothing to decay from: its score is unknown.
with customers as (
    select * from {{ ref('int_customers') }}
),

usage as (
    select * from {{ ref('int_customer_usage') }}
),

previous_usage as (
    select * from {{ ref('int_customer_usage_prev_30d') }}
),

source_watermarks as (
    select * from {{ ref('source_watermarks') }}
),

sources as (
    {{ pivot_watermarks(['raw.usage_events']) }}
),

counted as (
    select
        customers.customer_id,
        cast({{ when_window_known('raw.usage_events', 30, 'coalesce(usage.events_last_30d, 0)') }} as integer)
            as events_last_30d,
        cast({{ when_window_known('raw.usage_events', 60, 'coalesce(previous_usage.events_prev_30d, 0)') }} as integer)
            as events_prev_30d
    from customers
    left join usage on customers.customer_id = usage.customer_id
    left join previous_usage on customers.customer_id = previous_usage.customer_id
    cross join sources
    where customers.is_active
),

final as (
    select
        customer_id,
        events_last_30d,
        events_prev_30d,
        case
            when events_last_30d is not null and events_prev_30d > 0
                then greatest(0, 1 - {{ to_float('events_last_30d') }} / {{ to_float('events_prev_30d') }})
        end as usage_decay_score
    from counted
)

select * from final
