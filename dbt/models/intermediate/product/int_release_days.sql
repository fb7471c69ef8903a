{{ config(materialized='table') }}

-- The 7 days of a release begin with its day. Who was entitled is judged by the tier on the last of them.
with features as (
    select * from {{ ref('stg_features') }}
),

customer_tiers as (
    select * from {{ ref('int_customer_tiers') }}
),

plan_tiers as (
    select * from {{ ref('plan_tiers') }}
),

days as (
    select * from {{ ref('int_days') }}
),

releases as (
    select
        features.feature_id,
        {{ utc_date('features.released_at') }} as release_date,
        {{ add_days(utc_date('features.released_at'), 6) }} as last_date,
        coalesce(plan_tiers.tier_rank, 0) as lowest_rank
    from features
    left join plan_tiers on features.min_plan_tier = plan_tiers.plan_tier
    where features.released_at is not null
),

final as (
    select customer_tiers.customer_id, releases.feature_id, releases.last_date, days.metric_date
    from releases
    inner join customer_tiers
        on releases.last_date >= customer_tiers.valid_from
        and releases.last_date < customer_tiers.ends_on
        and releases.lowest_rank <= customer_tiers.tier_rank
    inner join days on days.metric_date between releases.release_date and releases.last_date
    where releases.last_date <= {{ as_of() }}
)

select * from final
