-- A period ends at its valid_to or where the subscription's next period begins; a churn row is an end itself. The
-- periods with the latest end are the ones in force, or, when that end has come, the last that were.
with subscription_periods as (
    select * from {{ ref('stg_subscription_periods') }}
),

plan_tiers as (
    select * from {{ ref('plan_tiers') }}
),

bounded as (
    select
        periods.customer_id,
        periods.valid_from,
        periods.mrr,
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
        end as ends_on,
        min(periods.valid_from) over (partition by periods.customer_id) as first_valid_from,
        max(plan_tiers.tier_rank) over (
            partition by periods.customer_id
            order by periods.valid_from, periods.subscription_id
            rows between unbounded preceding and 1 preceding
        ) as highest_rank_before
    from subscription_periods as periods
    left join plan_tiers on periods.plan_tier = plan_tiers.plan_tier
),

spans as (
    select
        customer_id,
        max(ends_on) as ends_on,
        min(case when tier_rank > highest_rank_before and valid_from > first_valid_from then valid_from end)
            as upgrade_date
    from bounded
    group by customer_id
),

latest as (
    select
        spans.customer_id,
        spans.ends_on,
        spans.upgrade_date,
        {{ to_money('sum(bounded.mrr)') }} as mrr,
        max(bounded.tier_rank) as tier_rank
    from spans
    inner join bounded on spans.customer_id = bounded.customer_id and spans.ends_on = bounded.ends_on
    group by spans.customer_id, spans.ends_on, spans.upgrade_date
),

final as (
    select
        latest.customer_id,
        latest.mrr,
        plan_tiers.plan_tier,
        case when latest.ends_on < {{ no_end() }} then latest.ends_on end as churn_date,
        latest.upgrade_date
    from latest
    left join plan_tiers on latest.tier_rank = plan_tiers.tier_rank
)

select * from final
