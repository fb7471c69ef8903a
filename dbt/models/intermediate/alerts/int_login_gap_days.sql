-- Days since anybody at a customer was last active, by the day. Nobody yet counts from the signup. NULL where neither
-- events nor sessions reach the week that ends with the day: a feed that is silent is no customer that is.
with ledger as (
    select * from {{ ref('int_customer_days') }}
),

source_days as (
    select * from {{ ref('int_source_days') }}
),

sources as (
    {{ pivot_source_days(['raw.usage_events', 'raw.product_sessions']) }}
),

seen as (
    select
        customer_id,
        metric_date,
        tenure_days,
        is_active,
        max(case when daily_active_users > 0 then metric_date end) over (
            partition by customer_id order by metric_date
            rows between unbounded preceding and current row
        ) as last_seen_on
    from ledger
),

gaps as (
    select
        customer_id,
        metric_date,
        coalesce({{ days_between('last_seen_on', 'metric_date') }}, tenure_days) as gap
    from seen
    where is_active
),

final as (
    select
        gaps.customer_id,
        gaps.metric_date as day,
        coalesce(
            {{ when_covered('raw.usage_events', 7, 'gaps.gap', 'gaps.metric_date') }},
            {{ when_covered('raw.product_sessions', 7, 'gaps.gap', 'gaps.metric_date') }}
        ) as value
    from gaps
    inner join sources on gaps.metric_date = sources.metric_date
)

select * from final
