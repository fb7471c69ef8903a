-- What a customer of a tier may use: features of its own tier and of those below, from their release until they are
-- withdrawn.
with features as (
    select * from {{ ref('stg_features') }}
),

plan_tiers as (
    select * from {{ ref('plan_tiers') }}
),

days as (
    select * from {{ ref('int_days') }}
),

core_features as (
    select
        coalesce(plan_tiers.tier_rank, 0) as tier_rank,
        {{ utc_date('features.released_at') }} as released_on,
        coalesce({{ utc_date('features.retired_at') }}, {{ no_end() }}) as retired_on
    from features
    left join plan_tiers on features.min_plan_tier = plan_tiers.plan_tier
    where features.category = 'core'
),

final as (
    select plan_tiers.plan_tier, plan_tiers.tier_rank, days.metric_date, count(*) as core_features_entitled
    from plan_tiers
    cross join days
    inner join core_features
        on core_features.tier_rank <= plan_tiers.tier_rank
        and coalesce(core_features.released_on, days.metric_date) <= days.metric_date
        and core_features.retired_on > days.metric_date
    group by plan_tiers.plan_tier, plan_tiers.tier_rank, days.metric_date
)

select * from final
