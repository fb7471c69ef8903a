{{ config(materialized='table', indexes=[{'columns': ['channel', 'metric_date'], 'unique': true}]) }}

-- Ad spend and the other costs of going to market, as running totals. A month's cost is spread evenly over its days.
-- What serves no single channel is the cost of 'shared'; 'all' is the company.
with days as (
    select * from {{ ref('int_days') }}
),

channel_days as (
    select * from {{ ref('int_channel_days') }}
),

gtm_costs as (
    select * from {{ ref('stg_gtm_costs') }}
),

costs as (
    select channel, metric_date, spend as cost, campaign_reports, 0 as cost_reports
    from channel_days
    where campaign_reports > 0
    union all
    select
        case
            when gtm_costs.channel in (
                {%- for channel in ad_platforms().split(' ') %}'{{ channel }}', {% endfor -%}
                'organic', 'direct', 'referral', 'email'
            ) then gtm_costs.channel
            else 'shared'
        end as channel,
        days.metric_date,
        {{ to_decimal(
            to_float('gtm_costs.amount') ~ ' / extract(day from ' ~ dbt.last_day('days.metric_date', 'month') ~ ')', 8
        ) }} as cost,
        0 as campaign_reports,
        1 as cost_reports
    from gtm_costs
    inner join days on {{ dbt.date_trunc('month', 'days.metric_date') }} = {{ dbt.date_trunc('month', 'gtm_costs.month') }}
),

daily as (
    select channel, metric_date, sum(cost) as cost, sum(campaign_reports) as campaign_reports,
        max(cost_reports) as has_costs
    from costs
    group by channel, metric_date
    union all
    select 'all' as channel, metric_date, sum(cost) as cost, sum(campaign_reports) as campaign_reports,
        max(cost_reports) as has_costs
    from costs
    group by metric_date
),

channels as (
    select channel, min(metric_date) as first_cost_date
    from daily
    group by channel
),

final as (
    select
        channels.channel,
        days.metric_date,
        cast(sum(coalesce(daily.cost, 0)) over so_far as decimal(28, 8)) as cost_to_date,
        cast(sum(coalesce(daily.campaign_reports, 0)) over so_far as bigint) as campaign_reports_to_date,
        cast(sum(coalesce(daily.has_costs, 0)) over so_far as bigint) as days_with_costs_to_date
    from channels
    inner join days on channels.first_cost_date <= days.metric_date
    left join daily on channels.channel = daily.channel and days.metric_date = daily.metric_date
    window so_far as (
        partition by channels.channel order by days.metric_date rows between unbounded preceding and current row
    )
)

select * from final
