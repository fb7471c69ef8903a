{{ config(materialized='incremental', incremental_strategy='append', pre_hook='{{ forget_restated_users(this) }}') }}

-- A session belongs to the day it began. Its length is known when it ended, so it counts here when that was the same
-- day: the row of a day must not change afterwards.
with restated as (
    select * from {{ ref('int_restated_customers') }}
),

users as (
    select * from {{ ref('int_user_keys') }}
),

product_sessions as (
    {{ restated_rows(ref('stg_product_sessions'), utc_date('started_at')) }}
),

event_days as (
    {{ restated_user_rows(ref('int_user_event_days')) }}
),

seen as (
    select
        users.customer_key,
        users.user_key,
        product_sessions.platform,
        {{ utc_date('product_sessions.started_at') }} as metric_date,
        1 as sessions,
        case
            when product_sessions.ended_at >= product_sessions.started_at
                and {{ utc_date('product_sessions.ended_at') }} = {{ utc_date('product_sessions.started_at') }}
                then {{ seconds_between('product_sessions.started_at', 'product_sessions.ended_at') }}
        end as seconds,
        0 as events
    from product_sessions
    inner join users
        on product_sessions.customer_id = users.customer_id and product_sessions.user_id = users.user_id
    union all
    select customer_key, user_key, platform, metric_date, 0, null, events
    from event_days
),

final as (
    select
        customer_key,
        user_key,
        platform,
        metric_date,
        cast(sum(sessions) as integer) as sessions,
        cast(coalesce(sum(seconds), 0) as bigint) as session_seconds,
        cast(count(seconds) as integer) as timed_sessions,
        cast(sum(events) as integer) as events
    from seen
    group by customer_key, user_key, platform, metric_date
)

select * from final
