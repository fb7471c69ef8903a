{{ config(materialized='table') }}

-- A session is counted on the day it began. How long it was, whether it crashed and what went wrong in it is known when
-- it ended, and counts on that day; where no end was recorded, on the day it began.
with product_sessions as (
    select * from {{ ref('stg_product_sessions') }}
),

begun as (
    select
        customer_id,
        coalesce(platform, 'unknown') as platform,
        {{ utc_date('started_at') }} as metric_date,
        count(*) as sessions
    from product_sessions
    group by customer_id, coalesce(platform, 'unknown'), {{ utc_date('started_at') }}
),

ended as (
    select
        customer_id,
        coalesce(platform, 'unknown') as platform,
        {{ utc_date('greatest(started_at, coalesce(ended_at, started_at))') }} as metric_date,
        case when ended_at >= started_at then {{ dbt.datediff('started_at', 'ended_at', 'second') }} end as seconds,
        crashed,
        case when error_count is not null then request_count end as requests,
        case when request_count is not null then error_count end as errors
    from product_sessions
),

counted as (
    select
        customer_id,
        platform,
        metric_date,
        0 as sessions,
        count(seconds) as timed_sessions,
        coalesce(sum(seconds), 0) as session_seconds,
        count(crashed) as finished_sessions,
        count(case when crashed then 1 end) as crashed_sessions,
        coalesce(sum(requests), 0) as requests,
        coalesce(sum(errors), 0) as errors
    from ended
    group by customer_id, platform, metric_date
    union all
    select customer_id, platform, metric_date, sessions, 0, 0, 0, 0, 0, 0
    from begun
),

final as (
    select
        customer_id,
        platform,
        metric_date,
        cast(sum(sessions) as bigint) as sessions,
        cast(sum(timed_sessions) as bigint) as timed_sessions,
        cast(sum(session_seconds) as bigint) as session_seconds,
        cast(sum(finished_sessions) as bigint) as finished_sessions,
        cast(sum(crashed_sessions) as bigint) as crashed_sessions,
        cast(sum(requests) as bigint) as requests,
        cast(sum(errors) as bigint) as errors
    from counted
    group by customer_id, platform, metric_date
)

select * from final
