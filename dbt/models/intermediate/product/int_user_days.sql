{{ config(materialized='table') }}

-- A session belongs to the day it began. Its length is known when it ended, so it counts here when that was the same
-- day: the row of a day must not change afterwards.
with product_sessions as (
    select * from {{ ref('stg_product_sessions') }}
),

usage_events as (
    select * from {{ ref('stg_usage_events') }}
),

own_sessions as (
    select
        customer_id,
        user_id,
        {{ utc_date('started_at') }} as metric_date,
        case
            when ended_at >= started_at and {{ utc_date('ended_at') }} = {{ utc_date('started_at') }}
                then {{ dbt.datediff('started_at', 'ended_at', 'second') }}
        end as seconds
    from product_sessions
    where user_id is not null and coalesce(platform, 'unknown') <> 'api'
),

counted as (
    select
        customer_id,
        user_id,
        metric_date,
        count(*) as sessions,
        sum(seconds) as session_seconds,
        count(seconds) as timed_sessions,
        0 as events
    from own_sessions
    group by customer_id, user_id, metric_date
    union all
    select customer_id, user_id, {{ utc_date('timestamp') }} as metric_date, 0, 0, 0, count(*)
    from usage_events
    where user_id is not null and event_type <> 'api_call'
    group by customer_id, user_id, {{ utc_date('timestamp') }}
),

final as (
    select
        customer_id,
        user_id,
        metric_date,
        cast(sum(sessions) as integer) as sessions,
        cast(coalesce(sum(session_seconds), 0) as bigint) as session_seconds,
        cast(sum(timed_sessions) as integer) as timed_sessions,
        cast(sum(events) as integer) as events
    from counted
    group by customer_id, user_id, metric_date
)

select * from final
