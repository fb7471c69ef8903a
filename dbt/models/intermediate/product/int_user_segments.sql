{{ config(materialized='table') }}

-- The bounds are those of docs/decisions/user-segments.md. Features are counted of those users alone whom they can make
-- power users.
with user_days as (
    select * from {{ ref('int_user_days') }}
),

event_days as (
    select * from {{ ref('int_user_event_days') }}
),

days as (
    select * from {{ ref('int_days') }}
),

windows as (
    select ends.metric_date, days.metric_date as active_date
    from days as ends
    inner join days on days.metric_date between {{ window_start_date(30, 'ends.metric_date') }} and ends.metric_date
    where (ends.is_month_end or ends.is_latest) and ends.days_ago < {{ var('company_history_days') }}
),

activities as (
    select
        user_days.user_key,
        windows.metric_date,
        count(*) as active_days,
        sum(user_days.sessions) as sessions
    from user_days
    inner join windows on user_days.metric_date = windows.active_date
    group by user_days.user_key, windows.metric_date
),

uses as (
    select activities.user_key, activities.metric_date, count(distinct event_days.feature_key) as features
    from event_days
    inner join windows on event_days.metric_date = windows.active_date
    inner join activities
        on event_days.user_key = activities.user_key
        and windows.metric_date = activities.metric_date
        and activities.sessions >= 15
    group by activities.user_key, activities.metric_date
),

final as (
    select
        activities.user_key,
        activities.metric_date,
        case
            when uses.features >= 5 then 'power'
            when activities.active_days >= 4 then 'regular'
            else 'casual'
        end as user_segment
    from activities
    left join uses on activities.user_key = uses.user_key and activities.metric_date = uses.metric_date
)

select * from final
