{#- The body of a query with one row per user (`user_id` and the columns `owner_key`) and day on which the user's trailing 30
    days change. Reads the CTEs `user_days` and `feature_days`: each counts on its day and stops counting 30 days later;
    uses of a feature less than 30 days apart are one stretch, so that no feature counts twice. -#}
{% macro user_states(owner_key) -%}
with gaps as (
    select
        {{ owner_key }}, user_id,
        metric_date,
        lag(metric_date) over (partition by user_id, {{ owner_key }}, feature_id order by metric_date) as previous_date,
        lead(metric_date) over (partition by user_id, {{ owner_key }}, feature_id order by metric_date) as later_date
    from feature_days
),

deltas as (
    select {{ owner_key }}, user_id, metric_date, 1 as active_days, sessions, 0 as features
    from user_days
    union all
    select {{ owner_key }}, user_id, {{ add_days('metric_date', 30) }} as metric_date, -1, -sessions, 0
    from user_days
    union all
    select {{ owner_key }}, user_id, metric_date, 0, 0, 1
    from gaps
    where previous_date is null or previous_date <= {{ add_days('metric_date', -30) }}
    union all
    select {{ owner_key }}, user_id, {{ add_days('metric_date', 30) }} as metric_date, 0, 0, -1
    from gaps
    where later_date is null or later_date >= {{ add_days('metric_date', 30) }}
),

changes as (
    select
        {{ owner_key }}, user_id,
        metric_date,
        cast(sum(active_days) as bigint) as active_days,
        cast(sum(sessions) as bigint) as sessions,
        cast(sum(features) as bigint) as features
    from deltas
    where metric_date <= {{ as_of() }}
    group by {{ owner_key }}, user_id, metric_date
    having sum(active_days) <> 0 or sum(sessions) <> 0 or sum(features) <> 0
),

states as (
    select
        {{ owner_key }}, user_id,
        metric_date,
        lead(metric_date) over user_changes as next_date,
        cast({{ running_total('active_days', 'user_changes') }} as integer) as active_days_30d,
        cast({{ running_total('sessions', 'user_changes') }} as integer) as sessions_30d,
        cast({{ running_total('features', 'user_changes') }} as integer) as features_30d
    from changes
    window user_changes as (partition by user_id, {{ owner_key }} order by metric_date)
)

select
    {{ owner_key }}, user_id,
    metric_date,
    next_date,
    active_days_30d,
    sessions_30d,
    features_30d,
    10 * least(sessions_30d, 12) + 15 * least(features_30d, 8) + 6 * least(active_days_30d, 20) as engagement_points
from states
{%- endmacro %}
