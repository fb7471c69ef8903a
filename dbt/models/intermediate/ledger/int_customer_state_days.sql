{{ config(materialized='incremental', incremental_strategy='append', pre_hook='{{ forget_restated(this) }}') }}

-- A customer's days begin with the signup, or with the first thing that happened before it, at most a year; they end with
-- the day it left. What it is on a day `int_customer_tiers` says; before the signup it is nothing yet.
with restated as (
    select * from {{ ref('int_restated_customers') }}
),

customers as (
    select * from {{ ref('int_customers') }}
),

customer_tiers as (
    select * from {{ ref('int_customer_tiers') }}
),

first_facts as (
    select * from {{ ref('int_customer_first_facts') }}
),

days as (
    select * from {{ ref('int_days') }}
),

stretches as (
    select customer_id, valid_from, ends_on, is_active, is_upgraded, plan_tier, mrr from customer_tiers
    union all
    select
        customers.customer_id,
        greatest(first_facts.first_fact_date, {{ add_days('customers.signup_date', -366) }}) as valid_from,
        customers.signup_date as ends_on,
        false as is_active,
        false as is_upgraded,
        cast(null as {{ dbt.type_string() }}) as plan_tier,
        {{ to_money(0) }} as mrr
    from customers
    inner join first_facts
        on customers.customer_id = first_facts.customer_id
        and first_facts.first_fact_date < customers.signup_date
),

final as (
    select
        stretches.customer_id,
        days.metric_date,
        {{ days_between('customers.signup_date', 'days.metric_date') }} as tenure_days,
        stretches.is_active,
        stretches.is_upgraded,
        stretches.plan_tier,
        stretches.mrr
    from stretches
    inner join customers on stretches.customer_id = customers.customer_id
    left join restated on stretches.customer_id = restated.customer_id
    inner join days
        on days.metric_date >= greatest(stretches.valid_from, coalesce(restated.restate_from, {{ continues_from() }}))
        and days.metric_date < least(stretches.ends_on, {{ add_days('customers.reference_date', 1) }})
)

select * from final
