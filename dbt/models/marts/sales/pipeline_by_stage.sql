{{ config(materialized='table') }}

-- The funnel's percentages compare how often stages were entered in 90 days. What lies in the stages on a day does not
-- fall from stage to stage: it piles up where deals wait. Entries are those of the stage history: the row of an
-- opportunity becomes known later than the day it closed, and knows of no stage before.
with days as (
    select * from {{ ref('int_days') }}
),

stages as (
    select * from {{ ref('int_opportunity_stages') }}
),

opportunity_days as (
    select * from {{ ref('int_opportunity_days') }}
),

sales_days as (
    select * from {{ ref('int_sales_days') }}
),

source_days as (
    select * from {{ ref('int_source_days') }}
),

sources as (
    {{ pivot_source_days(['raw.opportunity_stage_history']) }}
),

entries as (
    select stage, stage_entered_on as metric_date, count(distinct opp_id) as entered
    from stages
    where is_history and stage is not null
    group by stage, stage_entered_on
),

funnel as (
    select
        days.metric_date,
        days.days_ago,
        names.stage,
        names.stage_order,
        cast(sum(coalesce(entries.entered, 0)) over (
            partition by names.stage order by days.metric_date rows between 89 preceding and current row
        ) as bigint) as entered_90d
    from days
    cross join (
        select 'prospecting' as stage, 1 as stage_order
        union all
        select 'qualification' as stage, 2 as stage_order
        union all
        select 'proposal' as stage, 3 as stage_order
        union all
        select 'closed_won' as stage, 4 as stage_order
    ) as names
    left join entries on names.stage = entries.stage and days.metric_date = entries.metric_date
),

deals as (
    select metric_date, stage, cast(count(*) as bigint) as opportunities, sum(amount) as amount
    from opportunity_days
    group by metric_date, stage
    union all
    select metric_date, 'closed_won' as stage, deals_won_90d as opportunities, revenue_won_90d as amount
    from sales_days
    where owner_id = 'all'
),

measured as (
    select
        sales_days.metric_date,
        sales_days.is_partial,
        sales_days.is_latest,
        sales_days.is_week_end,
        sales_days.is_month_end,
        funnel.stage,
        funnel.stage_order,
        case
            when funnel.stage = 'closed_won' then deals.opportunities
            when sales_days.open_opportunities is not null then coalesce(deals.opportunities, 0)
        end as opportunities,
        case
            when deals.stage is null and sales_days.open_opportunities is not null then 0 else deals.amount
        end as amount,
        {{ when_covered('raw.opportunity_stage_history', 90, 'funnel.entered_90d', 'sales_days.metric_date') }}
            as entered_90d
    from sales_days
    inner join funnel on sales_days.metric_date = funnel.metric_date
    left join deals on funnel.metric_date = deals.metric_date and funnel.stage = deals.stage
    inner join sources on sales_days.metric_date = sources.metric_date
    where sales_days.owner_id = 'all'
),

final as (
    select
        metric_date,
        is_partial,
        is_latest,
        is_week_end,
        is_month_end,
        stage,
        stage_order,
        opportunities,
        {{ to_money('amount') }} as amount,
        entered_90d,
        100 * {{ to_float('entered_90d') }}
            / nullif(first_value(entered_90d) over (partition by metric_date order by stage_order), 0)
            as pct_of_first,
        100 * {{ to_float('entered_90d') }}
            / nullif(lag(entered_90d) over (partition by metric_date order by stage_order), 0)
            as pct_of_previous
    from measured
)

select * from final
