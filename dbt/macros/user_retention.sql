{#- The body of a query with one row per group (the column `group_key`) and first day of its users: how many users began
    that day, and how many of them were active on days 30 to 59 of their own life. Reads the CTE named by `user_days`. -#}
{% macro user_retention(group_key, user_days) -%}
with firsts as (
    select {{ group_key }}, user_key, min(metric_date) as first_date
    from {{ user_days }}
    group by {{ group_key }}, user_key
),

lives as (
    select
        {{ group_key }},
        user_key,
        first_date,
        max(
            case
                when metric_date between {{ add_days('first_date', 30) }} and {{ add_days('first_date', 59) }} then 1
                else 0
            end
        ) as is_retained
    from {{ user_days }}
    inner join firsts using ({{ group_key }}, user_key)
    group by {{ group_key }}, user_key, first_date
)

select {{ group_key }}, first_date, count(*) as users, sum(is_retained) as retained_users
from lives
group by {{ group_key }}, first_date
{%- endmacro %}
