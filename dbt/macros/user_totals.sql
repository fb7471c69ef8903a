{#- The body of a query with one row per group (the column `group_key`) and day, gap-free from the group's start to as_of:
    what the trailing days of its users add up to. Reads the CTEs `changes` (of `user_changes`) and `starts` (groups with
    their `start_date`). A total holds from the day of a change until the next. -#}
{% macro user_totals(group_key) -%}
with moves as (
    select
        {{ group_key }},
        metric_date,
        cast(sum(active_today) as integer) as active_today,
        cast(sum(active) as bigint) as active,
        cast(sum(engaged) as bigint) as engaged,
        cast(sum(used) as bigint) as used
    from (
        select
            {{ group_key }},
            metric_date,
            active_today,
            {{ paired('monthly', 'weekly') }} as active,
            {{ paired('points', 'power') }} as engaged,
            {{ paired('sessions', 'features') }} as used
        from changes
        union all
        select {{ group_key }}, start_date, 0, 0, 0, 0
        from starts
    ) as moved
    group by {{ group_key }}, metric_date
),

stretches as (
    select
        {{ group_key }},
        metric_date,
        coalesce({{ add_days('lead(metric_date) over group_days', -1) }}, {{ as_of() }}) as last_date,
        active_today,
        {{ running_total('active', 'group_life') }} as active,
        {{ running_total('engaged', 'group_life') }} as engaged,
        {{ running_total('used', 'group_life') }} as used
    from moves
    window
        group_days as (partition by {{ group_key }} order by metric_date),
        group_life as (partition by {{ group_key }} order by metric_date rows unbounded preceding)
),

totals as (
    select {{ group_key }}, metric_date, active_today, active, engaged, used
    from stretches
    union all
    select {{ group_key }}, {{ each_day(add_days('metric_date', 1), 'last_date') }}, 0, active, engaged, used
    from stretches
    where last_date > metric_date
)

select
    {{ group_key }},
    metric_date,
    active_today as daily_active_users,
    cast({{ paired_low('active') }} as integer) as weekly_active_users,
    cast({{ paired_high('active') }} as integer) as monthly_active_users,
    cast({{ paired_high('engaged') }} as bigint) as engagement_points,
    cast({{ paired_low('engaged') }} as integer) as power_users,
    cast({{ paired_high('used') }} as bigint) as user_sessions_30d,
    cast({{ paired_low('used') }} as bigint) as user_features_30d
from totals
{%- endmacro %}
