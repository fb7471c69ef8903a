{#- The body of a query with rows of users (`user_key`), groups (the column `group_key`) and days on which what a user's
    trailing days hold changes: by how much that moves the totals of the group. Reads the CTEs `user_days` and
    `event_days`. An active day counts for 30 days. Uses of a feature less than 30 days apart are one stretch, active
    days less than 7 days apart too, so that no feature counts twice in 30 days and no user twice in a week: the first
    day of a stretch adds one, and 30 (7) days after its last day one is taken away. -#}
{% macro user_changes(group_key) -%}
with feature_gaps as (
    select
        {{ group_key }}, user_key, metric_date,
        lag(metric_date) over feature_life as previous_date,
        lead(metric_date) over feature_life as later_date
    from event_days
    where feature_key is not null
    window feature_life as (partition by user_key, {{ group_key }}, feature_key order by metric_date)
),

feature_turns as (
    select
        {{ group_key }}, user_key, metric_date,
        count(case when previous_date > {{ add_days('metric_date', -30) }} then null else 1 end) as begun,
        count(case when later_date < {{ add_days('metric_date', 30) }} then null else 1 end) as ended
    from feature_gaps
    group by {{ group_key }}, user_key, metric_date
),

turns as (
    select
        user_days.{{ group_key }},
        user_days.user_key,
        user_days.metric_date,
        user_days.sessions,
        coalesce(feature_turns.begun, 0) as begun,
        coalesce(feature_turns.ended, 0) as ended,
        lag(user_days.metric_date) over user_life as previous_date,
        lead(user_days.metric_date) over user_life as later_date
    from user_days
    left join feature_turns
        on user_days.user_key = feature_turns.user_key
        and user_days.{{ group_key }} = feature_turns.{{ group_key }}
        and user_days.metric_date = feature_turns.metric_date
    window user_life as (
        partition by user_days.user_key, user_days.{{ group_key }} order by user_days.metric_date
    )
),

changes as (
    select {{ group_key }}, user_key, metric_date, 1 as active_today,
        case when previous_date > {{ add_days('metric_date', -7) }} then 0 else 1 end as weekly,
        1 as active_days, sessions, begun as features
    from turns
    union all
    select {{ group_key }}, user_key, {{ add_days('metric_date', 30) }}, 0, 0, -1, -sessions, -ended
    from turns
    where metric_date <= {{ add_days(as_of(), -30) }}
),

-- A day on which as much comes as goes has two rows: their sum is what counts. Active days are at most 31.
totals as (
    select
        {{ group_key }}, metric_date, active_today, weekly, active_days, sessions, features,
        {{ running_total(paired('sessions', '64 * features + active_days'), 'user_life') }} as pair
    from changes
    window user_life as (
        partition by user_key, {{ group_key }} order by metric_date, active_days desc rows unbounded preceding
    )
),

states as (
    select
        {{ group_key }}, metric_date, active_today, weekly, active_days, sessions, features,
        cast({{ paired_low('pair') }} % 64 as integer) as active_days_30d,
        cast({{ paired_high('pair') }} as integer) as sessions_30d,
        cast({{ integer_divide(paired_low('pair'), 64) }} as integer) as features_30d
    from totals
)

select
    {{ group_key }}, metric_date, active_today, weekly, sessions, features,
    case when active_days_30d > 0 then 1 else 0 end - case when active_days_30d > active_days then 1 else 0 end
        as monthly,
    10 * (least(sessions_30d, 12) - least(sessions_30d - sessions, 12))
        + 15 * (least(features_30d, 8) - least(features_30d - features, 8))
        + 6 * (least(active_days_30d, 20) - least(active_days_30d - active_days, 20)) as points,
    case when sessions_30d >= 15 and features_30d >= 5 then 1 else 0 end
        - case when sessions_30d - sessions >= 15 and features_30d - features >= 5 then 1 else 0 end as power
from states
union all
select {{ group_key }}, {{ add_days('metric_date', 7) }}, 0, -1, 0, 0, 0, 0, 0
from turns
where metric_date <= {{ add_days(as_of(), -7) }}
    and (later_date is null or later_date >= {{ add_days('metric_date', 7) }})
{%- endmacro %}
