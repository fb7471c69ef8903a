{{ config(materialized='table') }}

{%- set counts = [
    'daily_active_users', 'weekly_active_users', 'monthly_active_users', 'power_users', 'user_sessions_30d',
    'user_features_30d'
] %}

-- A user belongs to the tier its customer is on that day, with all of its trailing days.
with customer_user_days as (
    select * from {{ ref('int_customer_user_days') }}
),

platform_user_days as (
    select * from {{ ref('int_platform_user_days') }}
),

customer_tiers as (
    select * from {{ ref('int_customer_tiers') }}
),

days as (
    select * from {{ ref('int_days') }}
),

by_tier as (
    select
        users.metric_date,
        customer_tiers.plan_tier
        {%- for name in counts %},
        cast(sum(users.{{ name }}) as bigint) as {{ name }}
        {%- endfor %}
    from customer_user_days as users
    inner join days
        on users.metric_date = days.metric_date
        and days.days_ago < {{ var('company_history_days') }}
    left join customer_tiers
        on users.customer_id = customer_tiers.customer_id
        and users.metric_date >= customer_tiers.valid_from
        and users.metric_date < customer_tiers.ends_on
    group by users.metric_date, customer_tiers.plan_tier
),

final as (
    select
        'company' as segment_type,
        'all' as segment,
        metric_date
        {%- for name in counts %},
        cast(sum({{ name }}) as bigint) as {{ name }}
        {%- endfor %}
    from by_tier
    group by metric_date
    union all
    select 'plan_tier', plan_tier, metric_date, {{ counts | join(', ') }}
    from by_tier
    where plan_tier is not null
    union all
    select 'platform', platform, metric_date, {{ counts | join(', ') }}
    from platform_user_days
)

select * from final
