-- What it takes to have adopted a feature, and until when it can be used.
with features as (
    select * from {{ ref('stg_features') }}
),

plan_tiers as (
    select * from {{ ref('plan_tiers') }}
),

final as (
    select
        features.feature_id,
        cast(features.category = 'core' as boolean) as is_core,
        case when features.category = 'core' then coalesce(plan_tiers.tier_rank, 0) end as core_rank,
        coalesce({{ utc_date('features.retired_at') }}, {{ no_end() }}) as retired_on
    from features
    left join plan_tiers on features.min_plan_tier = plan_tiers.plan_tier
)

select * from final
