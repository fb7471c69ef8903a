{{ config(materialized='table') }}

-- What is usual in a stage, learnt from the deals won before the month began, so that a day never judges by deals won
-- after it.
with days as (
    select * from {{ ref('int_days') }}
),

stages as (
    select * from {{ ref('int_opportunity_stages') }}
),

months as (
    select distinct cast({{ dbt.date_trunc('month', 'metric_date') }} as date) as month
    from days
    where days_ago < {{ var('company_history_days') }}
),

wins as (
    select opp_id, stage_entered_on as won_on, max(coalesce(valid_to, {{ no_end() }})) as ends_on
    from stages
    where stage = 'closed_won'
    group by opp_id, stage_entered_on
),

visits as (
    select
        opp_id,
        stage,
        stage_entered_on as entered_on,
        max(coalesce(valid_to, {{ no_end() }})) as left_on
    from stages
    where is_open and stage_entered_on is not null
    group by opp_id, stage, stage_entered_on
),

won_visits as (
    select
        visits.stage,
        wins.won_on,
        wins.ends_on,
        {{ days_between('visits.entered_on', 'visits.left_on') }} as days_in_stage,
        {{ days_between('visits.entered_on', 'wins.won_on') }} as days_to_win
    from visits
    inner join wins on visits.opp_id = wins.opp_id and visits.left_on <= wins.won_on
),

final as (
    select
        months.month,
        won_visits.stage,
        cast(count(*) as integer) as won_visits,
        {{ percentile(0.9, 'won_visits.days_in_stage') }} as p90_days_in_stage,
        cast(ceil({{ percentile(0.5, 'won_visits.days_to_win') }}) as integer)
            as median_days_to_win
    from months
    inner join won_visits on won_visits.won_on < months.month and won_visits.ends_on >= months.month
    group by months.month, won_visits.stage
)

select * from final
