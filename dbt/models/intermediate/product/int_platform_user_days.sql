{{ config(materialized='table') }}

-- As far back as the history of the company reaches; the 29 days before count for its first days.
with platform_days as (
    select * from {{ ref('int_user_platform_days') }}
),

all_event_days as (
    select * from {{ ref('int_user_event_days') }}
),

user_days as (
    select platform, user_key, metric_date, sessions
    from platform_days
    where platform is not null
        and metric_date >= {{ add_days(as_of(), -28 - var('company_history_days')) }}
),

event_days as (
    select platform, user_key, feature_key, metric_date
    from all_event_days
    where platform is not null
        and metric_date >= {{ add_days(as_of(), -28 - var('company_history_days')) }}
),

changes as (
    {{ user_changes('platform') }}
),

starts as (
    select
        platform,
        greatest(min(metric_date), {{ add_days(as_of(), 1 - var('company_history_days')) }}) as start_date
    from user_days
    group by platform
),

totals as (
    {{ user_totals('platform') }}
),

final as (
    select
        totals.platform,
        totals.metric_date,
        totals.daily_active_users,
        totals.weekly_active_users,
        totals.monthly_active_users,
        totals.power_users,
        totals.user_sessions_30d,
        totals.user_features_30d
    from totals
    inner join starts on totals.platform = starts.platform and totals.metric_date >= starts.start_date
)

select * from final
