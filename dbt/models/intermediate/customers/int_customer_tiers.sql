{{ config(materialized='table') }}

-- What `int_customers` would have said on that day: the highest tier and the MRR of the periods in force; after the last
-- of them the tier of those that ended last; before the first of them what `customers` says. So a period that begins
-- later leaves the days before it as they were.
with spans as (
    select * from {{ ref('int_subscription_spans') }}
),

subscription_state as (
    select * from {{ ref('int_subscription_state') }}
),

customers as (
    select * from {{ ref('stg_customers') }}
),

plan_tiers as (
    select * from {{ ref('plan_tiers') }}
),

turns as (
    select customer_id, signup_date as valid_from from customers
    union
    select spans.customer_id, spans.valid_from
    from spans
    inner join customers on spans.customer_id = customers.customer_id and spans.valid_from > customers.signup_date
    union
    select spans.customer_id, spans.ends_on
    from spans
    inner join customers on spans.customer_id = customers.customer_id and spans.ends_on > customers.signup_date
    where spans.ends_on <= {{ as_of() }}
    union
    select customer_id, churn_date from customers where churn_date > signup_date
    union
    select customers.customer_id, customers.upgrade_date
    from customers
    left join spans
        on customers.customer_id = spans.customer_id
        and spans.valid_from <= customers.upgrade_date
    where customers.upgrade_date > customers.signup_date and spans.customer_id is null
),

ranked as (
    select
        turns.customer_id,
        turns.valid_from,
        spans.customer_id is not null as has_period,
        spans.tier_rank,
        spans.ends_on > turns.valid_from as is_in_force,
        sum(case when spans.ends_on > turns.valid_from then spans.mrr end) over (
            partition by turns.customer_id, turns.valid_from
        ) as mrr,
        row_number() over (
            partition by turns.customer_id, turns.valid_from
            order by
                case when spans.ends_on > turns.valid_from then {{ no_end() }} else spans.ends_on end desc,
                coalesce(spans.tier_rank, -1) desc
        ) as place
    from turns
    left join spans on turns.customer_id = spans.customer_id and spans.valid_from <= turns.valid_from
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
        {{ to_money(
            'case when ranked.has_period then coalesce(ranked.mrr, 0)'
            ~ ' when coalesce(customers.churn_date > ranked.valid_from, true) then customers.mrr else 0 end'
        ) }} as mrr,
        cast(
            case
                when ranked.has_period then ranked.is_in_force
                else coalesce(customers.churn_date > ranked.valid_from, true)
            end as boolean
        ) as is_active,
        cast(
            coalesce(
                case when ranked.has_period then subscription_state.upgrade_date else customers.upgrade_date end
                <= ranked.valid_from,
                false
            ) as boolean
        ) as is_upgraded
    from ranked
    inner join customers on ranked.customer_id = customers.customer_id
    left join subscription_state on ranked.customer_id = subscription_state.customer_id
    left join plan_tiers
        on (ranked.has_period and ranked.tier_rank = plan_tiers.tier_rank)
        or (not ranked.has_period and customers.plan_tier = plan_tiers.plan_tier)
    where ranked.place = 1
)

select * from final
