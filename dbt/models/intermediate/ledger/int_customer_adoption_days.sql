{{ config(materialized='table') }}

-- A use counts from its day on for 30 days, or until the feature is withdrawn. A feature is adopted while it has one
-- use, a core feature while it has three. What is kept is the change of a day: gained less lost.
with feature_days as (
    select * from {{ ref('int_customer_feature_days') }}
),

features as (
    select * from {{ ref('stg_features') }}
),

plan_tiers as (
    select * from {{ ref('plan_tiers') }}
),

described as (
    select
        features.feature_id,
        case when features.category = 'core' then 3 else 1 end as least_uses,
        case when features.category = 'core' then coalesce(plan_tiers.tier_rank, 0) end as core_rank,
        coalesce({{ utc_date('features.retired_at') }}, {{ no_end() }}) as retired_on
    from features
    left join plan_tiers on features.min_plan_tier = plan_tiers.plan_tier
),

moves as (
    select customer_id, feature_id, metric_date, uses as change
    from feature_days
    union all
    select
        feature_days.customer_id,
        feature_days.feature_id,
        least({{ add_days('feature_days.metric_date', 30) }}, described.retired_on) as metric_date,
        -feature_days.uses as change
    from feature_days
    inner join described on feature_days.feature_id = described.feature_id
    where least({{ add_days('feature_days.metric_date', 30) }}, described.retired_on) <= {{ as_of() }}
),

changes as (
    select customer_id, feature_id, metric_date, sum(change) as change
    from moves
    group by customer_id, feature_id, metric_date
),

states as (
    select
        changes.customer_id,
        changes.metric_date,
        described.core_rank,
        described.least_uses,
        changes.change,
        {{ running_total('changes.change', 'feature_moves') }} as uses
    from changes
    inner join described on changes.feature_id = described.feature_id
    window feature_moves as (
        partition by changes.customer_id, changes.feature_id
        order by changes.metric_date
        rows between unbounded preceding and current row
    )
),

turns as (
    select customer_id, metric_date, core_rank, case when uses >= least_uses then 1 else -1 end as turn
    from states
    where (uses >= least_uses) <> (uses - change >= least_uses)
),

final as (
    select
        customer_id,
        metric_date,
        cast(sum(turn) as bigint) as features_gained,
        {%- for rank in range(4) %}
        cast(sum(case when core_rank = {{ rank }} then turn else 0 end) as bigint) as core_features_gained_{{ rank }}
        {%- if not loop.last %},{% endif %}
        {%- endfor %}
    from turns
    group by customer_id, metric_date
)

select * from final
