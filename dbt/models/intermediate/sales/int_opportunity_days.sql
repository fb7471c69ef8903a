{{ config(materialized='table') }}

-- A deal is stalled when it has been longer in its stage than nine in ten won deals were, or than 30 days, or when
-- nothing was done for it in 21 days. The latter is judged only while activities with an opportunity are on record.
-- Without an expected close of its own a deal is expected when half of those won later had been won.
with days as (
    select * from {{ ref('int_days') }}
),

stages as (
    select * from {{ ref('int_opportunity_stages') }}
),

opportunities as (
    select * from {{ ref('stg_gtm_opportunities') }}
),

benchmarks as (
    select * from {{ ref('int_stage_benchmarks') }}
),

sales_activities as (
    select * from {{ ref('stg_sales_activities') }}
),

activity_days as (
    select opp_id, {{ utc_date('occurred_at') }} as active_on
    from sales_activities
    where opp_id is not null
    group by opp_id, {{ utc_date('occurred_at') }}
),

activity_bounds as (
    select min(active_on) as first_day, max(active_on) as last_day from activity_days
),

open_days as (
    select
        days.metric_date,
        stages.opp_id,
        stages.owner_id,
        stages.stage,
        stages.stage_entered_on,
        case when stages.amount_known_from <= days.metric_date then stages.amount end as amount,
        stages.known_from,
        cast({{ dbt.date_trunc('month', 'days.metric_date') }} as date) as month
    from days
    inner join stages
        on days.metric_date >= stages.valid_from
        and days.metric_date < coalesce(stages.valid_to, {{ no_end() }})
    where stages.is_open and days.days_ago < {{ var('company_history_days') }}
),

touches as (
    select open_days.metric_date, open_days.opp_id, max(activity_days.active_on) as last_activity_on
    from open_days
    inner join activity_days
        on open_days.opp_id = activity_days.opp_id
        and activity_days.active_on <= open_days.metric_date
    group by open_days.metric_date, open_days.opp_id
),

judged as (
    select
        open_days.*,
        benchmarks.p90_days_in_stage,
        touches.last_activity_on,
        case
            when opportunities.loaded_stage_from <= open_days.metric_date then opportunities.loaded_close_date
        end as own_close_date,
        {{ add_days('open_days.stage_entered_on', 'benchmarks.median_days_to_win') }} as usual_close_date,
        coalesce(
            activity_bounds.first_day <= {{ window_start_date(21, 'open_days.metric_date') }}
            and activity_bounds.last_day >= {{ window_start_date(21, 'open_days.metric_date') }},
            false
        ) as has_activities
    from open_days
    inner join opportunities on open_days.opp_id = opportunities.opp_id
    left join benchmarks on open_days.stage = benchmarks.stage and open_days.month = benchmarks.month
    left join touches on open_days.opp_id = touches.opp_id and open_days.metric_date = touches.metric_date
    cross join activity_bounds
),

final as (
    select
        metric_date,
        opp_id,
        owner_id,
        stage,
        stage_entered_on,
        {{ to_money('amount') }} as amount,
        case
            when coalesce(own_close_date, usual_close_date) is not null
                then greatest(metric_date, coalesce(own_close_date, usual_close_date))
        end as expected_close_date,
        own_close_date is null and usual_close_date is not null as is_expected_close_estimated,
        last_activity_on,
        coalesce(
            {{ days_between('stage_entered_on', 'metric_date') }} > greatest(30, p90_days_in_stage), false
        )
        or (
            has_activities
            and greatest(known_from, last_activity_on) < {{ window_start_date(21, 'metric_date') }}
        ) as is_stalled
    from judged
)

select * from final
