{{ config(materialized='table') }}

-- From the creation of an opportunity to its win. Only new business brings new customers, and only the stage history
-- says since when a win was known. Of an even number of deals the median is the lower of the two in the middle.
with days as (
    select * from {{ ref('int_days') }}
),

opportunities as (
    select * from {{ ref('stg_gtm_opportunities') }}
),

stage_history as (
    select * from {{ ref('stg_opportunity_stage_history') }}
),

entries as (
    select
        opp_id,
        stage,
        {{ utc_date('entered_at') }} as entered_date,
        lead({{ utc_date('entered_at') }}) over (partition by opp_id order by entered_at) as next_entered_date
    from stage_history
),

wins as (
    select
        entries.entered_date as won_date,
        coalesce(entries.next_entered_date, {{ no_end() }}) as reopened_date,
        {{ days_between(utc_date('opportunities.created_at'), 'entries.entered_date') }} as cycle_days
    from entries
    inner join opportunities on entries.opp_id = opportunities.opp_id
    where entries.stage = 'closed_won'
        and opportunities.opportunity_type = 'new_business'
        and {{ utc_date('opportunities.created_at') }} <= entries.entered_date
),

final as (
    select
        days.metric_date,
        count(*) as deals_won_90d,
        cast({{ lower_median("wins.cycle_days") }} as integer) as median_sales_cycle_days
    from days
    inner join wins
        on days.metric_date >= wins.won_date
        and days.metric_date < wins.reopened_date
        and {{ window_start_date(90, 'days.metric_date') }} <= wins.won_date
    where days.days_ago < {{ var('company_history_days') }}
    group by days.metric_date
)

select * from final
