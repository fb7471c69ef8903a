{{ config(materialized='incremental', incremental_strategy='append', pre_hook='{{ forget_restated_users(this) }}') }}

-- What an API client did makes nobody active; events in its sessions that are no API calls do.
with restated as (
    select * from {{ ref('int_restated_customers') }}
),

users as (
    select * from {{ ref('int_user_keys') }}
),

platform_days as (
    {{ restated_user_rows(ref('int_user_platform_days')) }}
),

own as (
    select
        customer_key,
        user_key,
        metric_date,
        case when platform = 'api' then 0 else sessions end as sessions,
        case when platform = 'api' then 0 else session_seconds end as session_seconds,
        case when platform = 'api' then 0 else timed_sessions end as timed_sessions,
        events
    from platform_days
),

final as (
    select
        customer_key,
        user_key,
        metric_date,
        cast(sum(sessions) as integer) as sessions,
        cast(sum(session_seconds) as bigint) as session_seconds,
        cast(sum(timed_sessions) as integer) as timed_sessions,
        cast(sum(events) as integer) as events
    from own
    where sessions > 0 or events > 0
    group by customer_key, user_key, metric_date
)

select * from final
