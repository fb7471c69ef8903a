{{ config(materialized='table') }}

-- The quota period, or the calendar quarter while nobody has a quota. Forecasts are judged as they stood whole weeks
-- before the end of the company's period: those days are taken from all of history, the others from its last
-- company_history_days.
with days as (
    select * from {{ ref('int_days') }}
),

owners as (
    select * from {{ ref('int_sales_owners') }}
),

quota_days as (
    select * from {{ ref('int_quota_days') }}
),

members as (
    select owner_id, known_from from owners
    union all
    select '' as owner_id, min(known_from) as known_from from owners
),

seen as (
    select
        days.metric_date,
        days.days_ago,
        members.owner_id,
        coalesce(quota_days.period_start, cast({{ dbt.date_trunc('quarter', 'days.metric_date') }} as date))
            as period_start,
        coalesce(quota_days.period_end, {{ dbt.last_day('days.metric_date', 'quarter') }}) as period_end,
        quota_days.quota_amount
    from days
    inner join members on days.metric_date >= members.known_from
    left join quota_days
        on days.metric_date = quota_days.metric_date and members.owner_id = quota_days.owner_id
),

company as (
    select metric_date, max(period_end) as period_end
    from seen
    group by metric_date
),

marked as (
    select
        seen.*,
        cast(
            company.period_end > seen.metric_date
            and {{ days_between('seen.metric_date', 'company.period_end') }} % 7 = 0 as boolean
        ) as is_look
    from seen
    inner join company on seen.metric_date = company.metric_date
),

final as (
    select
        metric_date,
        owner_id,
        cast(period_start as date) as period_start,
        cast(period_end as date) as period_end,
        {{ days_between('metric_date', 'period_end') }} as days_left,
        quota_amount,
        is_look
    from marked
    where is_look or days_ago < {{ var('company_history_days') }}
)

select * from final
