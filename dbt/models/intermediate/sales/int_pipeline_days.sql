{{ config(materialized='table') }}

-- 'all' is the company. Amounts of deals whose amount is not known are left out; when none is known the sum is unknown.
with opportunity_days as (
    select * from {{ ref('int_opportunity_days') }}
),

quota_days as (
    select * from {{ ref('int_quota_days') }}
),

open_deals as (
    select
        opportunity_days.metric_date,
        coalesce(opportunity_days.owner_id, '') as owner_id,
        opportunity_days.amount,
        opportunity_days.is_stalled,
        quota_days.period_end,
        opportunity_days.expected_close_date
    from opportunity_days
    left join quota_days
        on opportunity_days.metric_date = quota_days.metric_date
        and coalesce(opportunity_days.owner_id, '') = quota_days.owner_id
),

by_owner as (
    select
        metric_date,
        owner_id,
        count(*) as open_opportunities,
        sum(amount) as pipeline_value,
        count(case when is_stalled then 1 end) as stalled_deals,
        sum(
            case
                when period_end is null or expected_close_date is null then null
                when expected_close_date <= period_end then amount
                else 0
            end
        ) as pipeline_in_quota_period
    from open_deals
    group by metric_date, owner_id
),

copied as (
    select * from by_owner
    union all
    select
        metric_date,
        'all' as owner_id,
        sum(open_opportunities) as open_opportunities,
        sum(pipeline_value) as pipeline_value,
        sum(stalled_deals) as stalled_deals,
        sum(pipeline_in_quota_period) as pipeline_in_quota_period
    from by_owner
    group by metric_date
),

final as (
    select
        metric_date,
        owner_id,
        cast(open_opportunities as bigint) as open_opportunities,
        {{ to_money('pipeline_value') }} as pipeline_value,
        cast(stalled_deals as bigint) as stalled_deals,
        {{ to_money('pipeline_in_quota_period') }} as pipeline_in_quota_period
    from copied
)

select * from final
