-- The 30 days before the last 30: what usage decay compares with.
with usage_events as (
    select * from {{ ref('stg_usage_events') }}
),

final as (
    select customer_id, count(*) as events_prev_30d
    from usage_events
    where timestamp >= {{ window_start(60) }} and timestamp < {{ window_start(30) }}
    group by customer_id
)

select * from final
