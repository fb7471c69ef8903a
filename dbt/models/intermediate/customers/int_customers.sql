{{ config(materialized='table') }}

with customers as (
    select * from {{ ref('stg_customers') }}
),

subscription_state as (
    select * from {{ ref('int_subscription_state') }}
),

stated as (
    select
        customers.*,
        state.customer_id is not null as has_subscription,
        state.plan_tier as subscribed_plan_tier,
        state.mrr as subscribed_mrr,
        state.churn_date as subscription_churn_date,
        state.upgrade_date as subscription_upgrade_date
    from customers
    left join subscription_state as state on customers.customer_id = state.customer_id
),

resolved as (
    select
        customer_id,
        name,
        industry,
        segment,
        csm_id,
        timezone,
        signup_date,
        case when has_subscription then 'subscription_periods' else 'customers' end as state_source,
        case when has_subscription then subscribed_plan_tier else plan_tier end as plan_tier,
        {{ to_money('case when has_subscription then subscribed_mrr else mrr end') }} as mrr,
        case when has_subscription then subscription_churn_date else churn_date end as churn_date,
        case when has_subscription then subscription_upgrade_date else upgrade_date end as upgrade_date
    from stated
),

final as (
    select
        *,
        cast(churn_date is null as boolean) as is_active,
        cast(upgrade_date is not null as boolean) as is_upgraded,
        coalesce(churn_date, {{ as_of() }}) as reference_date,
        {{ days_between('signup_date', 'coalesce(churn_date, ' ~ as_of() ~ ')') }} as tenure_days
    from resolved
)

select * from final
