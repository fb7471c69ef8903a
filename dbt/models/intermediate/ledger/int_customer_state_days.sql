{{ config(materialized='table') }}

-- The spine begins with the signup, or with the first thing that happened before it, at most a year; it ends with the
-- day the customer left. Between two subscriptions a customer is not active and keeps the tier it had.
with customers as (
    select * from {{ ref('int_customers') }}
),

spans as (
    select * from {{ ref('int_subscription_spans') }}
),

first_facts as (
    select * from {{ ref('int_customer_first_facts') }}
),

plan_tiers as (
    select * from {{ ref('plan_tiers') }}
),

days as (
    select * from {{ ref('int_days') }}
),

spine as (
    select customers.*, days.metric_date
    from customers
    left join first_facts on customers.customer_id = first_facts.customer_id
    inner join days
        on days.metric_date >= least(
            customers.signup_date,
            greatest(
                coalesce(first_facts.first_fact_date, customers.signup_date),
                {{ add_days('customers.signup_date', -366) }}
            )
        )
        and days.metric_date <= customers.reference_date
),

in_force as (
    select spans.customer_id, days.metric_date, sum(spans.mrr) as mrr, max(spans.tier_rank) as tier_rank
    from spans
    inner join days on days.metric_date >= spans.valid_from and days.metric_date < spans.ends_on
    group by spans.customer_id, days.metric_date
),

stated as (
    select
        spine.customer_id,
        spine.metric_date,
        spine.signup_date,
        spine.upgrade_date,
        spine.state_source,
        spine.plan_tier,
        spine.metric_date >= spine.signup_date as has_signed,
        in_force.metric_date is not null as is_in_force,
        in_force.tier_rank,
        case
            when spine.state_source = 'subscription_periods' then coalesce(in_force.mrr, 0)
            when spine.metric_date < coalesce(spine.churn_date, {{ no_end() }}) then spine.mrr
            else 0
        end as mrr,
        spine.metric_date < coalesce(spine.churn_date, {{ no_end() }}) as is_before_churn,
        count(in_force.metric_date) over (
            partition by spine.customer_id
            order by spine.metric_date
            rows between unbounded preceding and current row
        ) as days_in_force
    from spine
    left join in_force
        on spine.customer_id = in_force.customer_id
        and spine.metric_date = in_force.metric_date
),

carried as (
    select *, max(tier_rank) over (partition by customer_id, days_in_force) as last_tier_rank from stated
),

final as (
    select
        carried.customer_id,
        carried.metric_date,
        {{ days_between('carried.signup_date', 'carried.metric_date') }} as tenure_days,
        carried.has_signed and carried.is_before_churn and (
            carried.state_source = 'customers' or carried.is_in_force or carried.days_in_force = 0
        ) as is_active,
        coalesce(carried.upgrade_date <= carried.metric_date, false) as is_upgraded,
        case when carried.state_source = 'customers' then carried.plan_tier else plan_tiers.plan_tier end as plan_tier,
        {{ to_money('case when carried.has_signed then carried.mrr else 0 end') }} as mrr
    from carried
    left join plan_tiers on carried.last_tier_rank = plan_tiers.tier_rank
)

select * from final
