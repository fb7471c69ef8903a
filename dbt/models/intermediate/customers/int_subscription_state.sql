-- The spans with the latest end are the ones in force, or, when that end has come, the last that were.
with spans as (
    select * from {{ ref('int_subscription_spans') }}
),

plan_tiers as (
    select * from {{ ref('plan_tiers') }}
),

ranked as (
    select
        customer_id,
        valid_from,
        mrr,
        tier_rank,
        ends_on,
        min(valid_from) over (partition by customer_id) as first_valid_from,
        max(tier_rank) over (
            partition by customer_id
            order by valid_from, subscription_id
            rows between unbounded preceding and 1 preceding
        ) as highest_rank_before
    from spans
),

lives as (
    select
        customer_id,
        max(ends_on) as ends_on,
        min(case when tier_rank > highest_rank_before and valid_from > first_valid_from then valid_from end)
            as upgrade_date
    from ranked
    group by customer_id
),

latest as (
    select
        lives.customer_id,
        lives.ends_on,
        lives.upgrade_date,
        {{ to_money('sum(ranked.mrr)') }} as mrr,
        max(ranked.tier_rank) as tier_rank
    from lives
    inner join ranked on lives.customer_id = ranked.customer_id and lives.ends_on = ranked.ends_on
    group by lives.customer_id, lives.ends_on, lives.upgrade_date
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
