-- A period ends at its valid_to or where the subscription's next period begins; a churn row is an end itself.
with subscription_periods as (
    select * from {{ ref('stg_subscription_periods') }}
),

plan_tiers as (
    select * from {{ ref('plan_tiers') }}
),

final as (
    select
        periods.subscription_id,
        periods.customer_id,
        periods.valid_from,
        periods.mrr,
        periods.change_type,
        periods.term_start,
        periods.term_end,
        plan_tiers.tier_rank,
        case
            when periods.change_type = 'churn' then periods.valid_from
            else least(
                coalesce(periods.valid_to, {{ no_end() }}),
                coalesce(
                    lead(periods.valid_from) over (partition by periods.subscription_id order by periods.valid_from),
                    {{ no_end() }}
                )
            )
        end as ends_on
    from subscription_periods as periods
    left join plan_tiers on periods.plan_tier = plan_tiers.plan_tier
)

select * from final
