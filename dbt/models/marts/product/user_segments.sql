{{ config(materialized='table') }}

-- The bounds are those of docs/decisions/user-segments.md. A user is anyone with an account or an activity by then whose
-- account is not switched off and whose customer has not left.
with users as (
    select * from {{ ref('stg_users') }}
),

user_keys as (
    select * from {{ ref('int_user_keys') }}
),

user_days as (
    select * from {{ ref('int_user_days') }}
),

user_segments as (
    select * from {{ ref('int_user_segments') }}
),

customer_tiers as (
    select * from {{ ref('int_customer_tiers') }}
),

days as (
    select * from {{ ref('int_days') }}
),

source_days as (
    select * from {{ ref('int_source_days') }}
),

sources as (
    {{ pivot_source_days(['raw.usage_events']) }}
),

people as (
    select customer_id, user_id, min(first_date) as first_date, max(last_date) as last_date
    from (
        select
            customer_id,
            user_id,
            {{ utc_date('created_at') }} as first_date,
            {{ utc_date('deactivated_at') }} as last_date
        from users
        union all
        select user_keys.customer_id, user_keys.user_id, min(user_days.metric_date), null
        from user_days
        inner join user_keys on user_days.user_key = user_keys.user_key
        group by user_keys.customer_id, user_keys.user_id
    ) as seen
    group by customer_id, user_id
),

states as (
    select user_segments.metric_date, user_keys.customer_id, user_keys.user_id, user_segments.user_segment
    from user_segments
    inner join user_keys on user_segments.user_key = user_keys.user_key
),

counted as (
    select
        days.metric_date,
        days.is_latest,
        case
            when grouping(customer_tiers.plan_tier) = 1 then 'all'
            else coalesce(customer_tiers.plan_tier, 'unknown')
        end as plan_tier,
        count(*) as total_users,
        count(case when states.user_segment = 'power' then 1 end) as power_users,
        count(case when states.user_segment = 'regular' then 1 end) as regular_users,
        count(case when states.user_segment = 'casual' then 1 end) as casual_users
    from people
    inner join days on people.first_date <= days.metric_date
    inner join customer_tiers
        on people.customer_id = customer_tiers.customer_id
        and days.metric_date >= customer_tiers.valid_from
        and days.metric_date < customer_tiers.ends_on
    left join states
        on people.customer_id = states.customer_id
        and people.user_id = states.user_id
        and days.metric_date = states.metric_date
    where (days.is_month_end or days.is_latest)
        and days.days_ago < {{ var('company_history_days') }}
        and coalesce(people.last_date, {{ no_end() }}) > days.metric_date
        and customer_tiers.is_active
    group by grouping sets (
        (days.metric_date, days.is_latest, customer_tiers.plan_tier), (days.metric_date, days.is_latest)
    )
),

segments as (
    select metric_date, is_latest, plan_tier, 'power' as user_segment, power_users as users, total_users from counted
    union all
    select metric_date, is_latest, plan_tier, 'regular', regular_users, total_users from counted
    union all
    select metric_date, is_latest, plan_tier, 'casual', casual_users, total_users from counted
    union all
    select
        metric_date,
        is_latest,
        plan_tier,
        'dormant',
        total_users - power_users - regular_users - casual_users,
        total_users
    from counted
),

final as (
    select
        segments.metric_date,
        segments.is_latest,
        segments.plan_tier,
        segments.user_segment,
        cast({{ when_covered('raw.usage_events', 30, 'segments.users', 'segments.metric_date') }} as integer) as users,
        cast(segments.total_users as integer) as total_users,
        {{ when_covered('raw.usage_events', 30, to_float('100 * segments.users'), 'segments.metric_date') }}
            / nullif(segments.total_users, 0) as users_pct
    from segments
    inner join sources on segments.metric_date = sources.metric_date
)

select * from final
