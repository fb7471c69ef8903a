{{ config(materialized='table') }}

-- The tier and the standing of a customer on a day are what `int_customers` would have said on that day: the highest tier of the periods
-- in force, after the last of them the tier of those that ended last, before the first of them that of `customers`.
with subscription_periods as (
    select * from {{ ref('stg_subscription_periods') }}
),

customers as (
    select * from {{ ref('stg_customers') }}
),

plan_tiers as (
    select * from {{ ref('plan_tiers') }}
),

periods as (
    select
        subscription_periods.customer_id,
        plan_tiers.tier_rank,
        subscription_periods.valid_from,
        case
            when subscription_periods.change_type = 'churn' then subscription_periods.valid_from
            else least(
                coalesce(subscription_periods.valid_to, {{ no_end() }}),
                coalesce(
                    lead(subscription_periods.valid_from) over (
                        partition by subscription_periods.subscription_id order by subscription_periods.valid_from
                    ),
                    {{ no_end() }}
                )
            )
        end as ends_on
    from subscription_periods
    left join plan_tiers on subscription_periods.plan_tier = plan_tiers.plan_tier
),

turns as (
    select customer_id, signup_date as valid_from from customers
    union
    select periods.customer_id, periods.valid_from
    from periods
    inner join customers on periods.customer_id = customers.customer_id and periods.valid_from > customers.signup_date
    union
    select periods.customer_id, periods.ends_on
    from periods
    inner join customers on periods.customer_id = customers.customer_id and periods.ends_on > customers.signup_date
    where periods.ends_on <= {{ as_of() }}
    union
    select customer_id, churn_date from customers where churn_date > signup_date
),

ranked as (
    select
        turns.customer_id,
        turns.valid_from,
        periods.customer_id is not null as has_period,
        periods.tier_rank,
        periods.ends_on > turns.valid_from as is_in_force,
        row_number() over (
            partition by turns.customer_id, turns.valid_from
            order by
                case when periods.ends_on > turns.valid_from then {{ no_end() }} else periods.ends_on end desc,
                coalesce(periods.tier_rank, -1) desc
        ) as place
    from turns
    left join periods on turns.customer_id = periods.customer_id and periods.valid_from <= turns.valid_from
),

final as (
    select
        ranked.customer_id,
        ranked.valid_from,
        coalesce(
            lead(ranked.valid_from) over (partition by ranked.customer_id order by ranked.valid_from), {{ no_end() }}
        ) as ends_on,
        plan_tiers.plan_tier,
        plan_tiers.tier_rank,
        case
            when ranked.has_period then ranked.is_in_force
            else coalesce(customers.churn_date > ranked.valid_from, true)
        end as is_active
    from ranked
    inner join customers on ranked.customer_id = customers.customer_id
    left join plan_tiers
        on (ranked.has_period and ranked.tier_rank = plan_tiers.tier_rank)
        or (not ranked.has_period and customers.plan_tier = plan_tiers.plan_tier)
    where ranked.place = 1
)

select * from final
