{{ config(materialized='table') }}

-- What a customer of today's mean price brings in gross margin over its expected lifetime.
with days as (
    select * from {{ ref('int_days') }}
),

state_days as (
    select * from {{ ref('int_customer_state_days') }}
),

lifetimes as (
    select * from {{ ref('int_expected_lifetimes') }}
),

active as (
    select metric_date, count(*) as customers, sum(mrr) as mrr
    from state_days
    where is_active
    group by metric_date
),

final as (
    select
        days.metric_date,
        {{ to_float('active.mrr') }} / nullif(active.customers, 0) as revenue_per_account,
        lifetimes.expected_lifetime_months,
        {{ to_float('active.mrr') }} / nullif(active.customers, 0) * {{ to_float(var('gross_margin')) }}
            * lifetimes.expected_lifetime_months as lifetime_value
    from days
    inner join active on days.metric_date = active.metric_date
    inner join lifetimes on cast({{ dbt.date_trunc('month', 'days.metric_date') }} as date) = lifetimes.month
    where days.days_ago < {{ var('company_history_days') }}
)

select * from final
