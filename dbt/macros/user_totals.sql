{#- The body of a query with one row per group (named by the columns `group_key`) and day, gap-free from the first day a
    user of the group was active up to as_of: what the trailing states of its users add up to. Reads the CTEs
    `user_days` and `user_states` (users are named by `user_id` and the columns `owner_key`) and `days`. A state counts
    from its day until the next one begins; days of activity less than 7 days apart are one stretch, so that no user
    counts twice in a week. -#}
{% macro user_totals(group_key, owner_key) -%}
with gaps as (
    select
        {{ group_key }},
        metric_date,
        lag(metric_date) over (partition by user_id, {{ owner_key }} order by metric_date) as previous_date,
        lead(metric_date) over (partition by user_id, {{ owner_key }} order by metric_date) as later_date
    from user_days
),

deltas as (
    select {{ group_key }}, metric_date, 1 as active_today,
        case when previous_date is null or previous_date <= {{ add_days('metric_date', -7) }} then 1 else 0 end as weekly,
        0 as monthly, 0 as points, 0 as power, 0 as sessions, 0 as features
    from gaps
    union all
    select {{ group_key }}, {{ add_days('metric_date', 7) }} as metric_date, 0, -1, 0, 0, 0, 0, 0
    from gaps
    where later_date is null or later_date >= {{ add_days('metric_date', 7) }}
    union all
    select {{ group_key }}, metric_date, 0, 0,
        case when active_days_30d > 0 then 1 else 0 end,
        engagement_points,
        case when sessions_30d >= 15 and features_30d >= 5 then 1 else 0 end,
        sessions_30d,
        features_30d
    from user_states
    union all
    select {{ group_key }}, next_date as metric_date, 0, 0,
        case when active_days_30d > 0 then -1 else 0 end,
        -engagement_points,
        case when sessions_30d >= 15 and features_30d >= 5 then -1 else 0 end,
        -sessions_30d,
        -features_30d
    from user_states
    where next_date is not null
),

changes as (
    select
        {{ group_key }},
        metric_date,
        cast(sum(active_today) as integer) as active_today,
        cast(sum(weekly) as integer) as weekly,
        cast(sum(monthly) as integer) as monthly,
        cast(sum(points) as integer) as points,
        cast(sum(power) as integer) as power,
        cast(sum(sessions) as integer) as sessions,
        cast(sum(features) as integer) as features
    from deltas
    where metric_date <= {{ as_of() }}
    group by {{ group_key }}, metric_date
),

first_days as (
    select {{ group_key }}, min(metric_date) as first_date from changes group by {{ group_key }}
),

spine as (
    select first_days.*, days.metric_date
    from first_days
    inner join days on first_days.first_date <= days.metric_date
)

select
    {{ group_key }},
    metric_date,
    coalesce(active_today, 0) as daily_active_users,
    cast({{ running_total('weekly', 'group_days') }} as integer) as weekly_active_users,
    cast({{ running_total('monthly', 'group_days') }} as integer) as monthly_active_users,
    {{ running_total('points', 'group_days') }} as engagement_points,
    cast({{ running_total('power', 'group_days') }} as integer) as power_users,
    {{ running_total('sessions', 'group_days') }} as user_sessions_30d,
    {{ running_total('features', 'group_days') }} as user_features_30d
from spine
left join changes using ({{ group_key }}, metric_date)
window group_days as (partition by {{ group_key }} order by metric_date rows unbounded preceding)
{%- endmacro %}
