{{ config(materialized='table') }}

-- Trials by users whose plan does not hold the feature are left out on both sides of the rate.
with features as (
    select * from {{ ref('stg_features') }}
),

plan_tiers as (
    select * from {{ ref('plan_tiers') }}
),

customer_tiers as (
    select * from {{ ref('int_customer_tiers') }}
),

customer_user_days as (
    select * from {{ ref('int_customer_user_days') }}
),

event_days as (
    select * from {{ ref('int_user_event_days') }}
),

users as (
    select * from {{ ref('int_user_keys') }}
),

feature_keys as (
    select * from {{ ref('int_feature_keys') }}
),

source_watermarks as (
    select * from {{ ref('source_watermarks') }}
),

sources as (
    {{ pivot_watermarks(['raw.usage_events']) }}
),

entitled as (
    select
        features.feature_id,
        customer_tiers.customer_id,
        customer_tiers.plan_tier,
        coalesce(customer_user_days.monthly_active_users, 0) as active_users
    from features
    left join plan_tiers on features.min_plan_tier = plan_tiers.plan_tier
    inner join customer_tiers
        on coalesce(plan_tiers.tier_rank, 0) <= customer_tiers.tier_rank
        and customer_tiers.ends_on > {{ as_of() }}
    left join customer_user_days
        on customer_tiers.customer_id = customer_user_days.customer_id
        and customer_user_days.metric_date = {{ as_of() }}
    where features.retired_at is null
),

used as (
    select users.customer_id, feature_keys.feature_id, count(distinct event_days.user_key) as adopting_users
    from event_days
    inner join users on event_days.user_key = users.user_key
    inner join feature_keys on event_days.feature_key = feature_keys.feature_key
    where event_days.metric_date >= {{ window_start_date(30, as_of()) }}
    group by users.customer_id, feature_keys.feature_id
),

cells as (
    select
        entitled.feature_id,
        coalesce(entitled.plan_tier, 'all') as plan_tier,
        sum(entitled.active_users) as entitled_users,
        sum(coalesce(used.adopting_users, 0)) as adopting_users
    from entitled
    left join used on entitled.customer_id = used.customer_id and entitled.feature_id = used.feature_id
    group by grouping sets ((entitled.feature_id, entitled.plan_tier), (entitled.feature_id))
),

final as (
    select
        features.feature_id,
        features.name as feature_name,
        features.category,
        cells.plan_tier,
        cast({{ when_window_known('raw.usage_events', 30, 'cells.entitled_users') }} as integer) as entitled_users,
        cast({{ when_window_known('raw.usage_events', 30, 'cells.adopting_users') }} as integer) as adopting_users,
        {{ when_window_known('raw.usage_events', 30, to_float('cells.adopting_users')) }}
            / nullif(cells.entitled_users, 0) as adoption_rate
    from cells
    inner join features on cells.feature_id = features.feature_id
    cross join sources
)

select * from final
