{{ config(materialized='incremental', incremental_strategy='append', pre_hook='{{ forget_restated(this) }}') }}

{%- set ended_on = utc_date('greatest(started_at, coalesce(ended_at, started_at))') %}

-- A session is counted on the day it began. How long it was, whether it crashed and what went wrong in it is known when
-- it ended, and counts on that day; where no end was recorded, on the day it began.
with restated as (
    select * from {{ ref('int_restated_customers') }}
),

begun as (
    {{ restated_rows(ref('stg_product_sessions'), utc_date('started_at')) }}
),

ended as (
    {{ restated_rows(ref('stg_product_sessions'), ended_on) }}
),

counted as (
    select
        customer_id,
        coalesce(platform, 'unknown') as platform,
        {{ ended_on }} as metric_date,
        case when {{ ended_on }} = {{ utc_date('started_at') }} then 1 else 0 end as sessions,
        case when ended_at >= started_at then {{ seconds_between('started_at', 'ended_at') }} end as seconds,
        crashed,
        case when error_count is not null then request_count end as requests,
        case when request_count is not null then error_count end as errors
    from ended
    union all
    select customer_id, coalesce(platform, 'unknown'), {{ utc_date('started_at') }}, 1, null, null, null, null
    from begun
    where {{ ended_on }} > {{ utc_date('started_at') }}
),

final as (
    select
        customer_id,
        platform,
        metric_date,
        cast(sum(sessions) as integer) as sessions,
        cast(count(seconds) as integer) as timed_sessions,
        cast(coalesce(sum(seconds), 0) as bigint) as session_seconds,
        cast(count(crashed) as integer) as finished_sessions,
        cast(count(case when crashed then 1 end) as integer) as crashed_sessions,
        cast(coalesce(sum(requests), 0) as bigint) as requests,
        cast(coalesce(sum(errors), 0) as bigint) as errors
    from counted
    group by customer_id, platform, metric_date
)

select * from final
