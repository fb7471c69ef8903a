{{ config(materialized='table') }}

-- What was won in the quota period so far: all that was ever won, without what had been won before the period.
with quota_days as (
    select * from {{ ref('int_quota_days') }}
),

totals as (
    select * from {{ ref('int_sales_totals') }}
),

by_owner as (
    select
        quota_days.metric_date,
        quota_days.owner_id,
        quota_days.quota_amount,
        quota_days.quota_to_date,
        totals.revenue_total - coalesce(totals_before.revenue_total, 0) as revenue_in_quota_period,
        quota_days.period_start
    from quota_days
    inner join totals
        on quota_days.owner_id = totals.owner_id and quota_days.metric_date = totals.metric_date
    left join totals as totals_before
        on quota_days.owner_id = totals_before.owner_id
        and {{ add_days('quota_days.period_start', -1) }} = totals_before.metric_date
),

copied as (
    select * from by_owner
    union all
    select
        metric_date,
        'all' as owner_id,
        sum(quota_amount) as quota_amount,
        sum(quota_to_date) as quota_to_date,
        sum(revenue_in_quota_period) as revenue_in_quota_period,
        min(period_start) as period_start
    from by_owner
    group by metric_date
),

final as (
    select
        metric_date,
        owner_id,
        {{ to_money('quota_amount') }} as quota_amount,
        {{ to_money('quota_to_date') }} as quota_to_date,
        {{ to_money('revenue_in_quota_period') }} as revenue_in_quota_period,
        period_start
    from copied
)

select * from final
