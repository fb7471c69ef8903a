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

touches as (
    select * from {{ ref('int_opportunity_touches') }}
),

-- Since when activities with an opportunity are on record, and how far they reached by that day.
heard_days as (
    select
        days.metric_date,
        cast({{ dbt.date_trunc('month', 'days.metric_date') }} as date) as month,
        min(heard.active_on) over so_far as first_active_on,
        max(heard.active_on) over so_far as last_active_on
    from days
    left join (select distinct active_on from touches) as heard on days.metric_date = heard.active_on
    window so_far as (order by days.metric_date rows between unbounded preceding and current row)
),

stretches as (
    select
        stages.*,
        touches.active_on as last_activity_on,
        cast(
            greatest(
                stages.valid_from,
                touches.valid_from,
                {{ window_start_date(var('company_history_days'), as_of()) }}
            ) as timestamp
        ) as first_day,
        cast(
            {{ add_days('least(stages.valid_to, touches.valid_to, ' ~ add_days(as_of(), 1) ~ ')', -1) }} as timestamp
        ) as last_day
    from stages
    inner join touches
        on stages.opp_id = touches.opp_id
        and stages.valid_from < touches.valid_to
        and coalesce(stages.valid_to, {{ no_end() }}) > touches.valid_from
    where stages.is_open
),

open_days as (
    {{ generate_days(
        'stretches', 'first_day', 'last_day',
        'opp_id, owner_id, stage, stage_entered_on, known_from, last_activity_on, amount_known_from, amount,'
    ) }}
),

judged as (
    select
        open_days.day, open_days.opp_id, open_days.owner_id, open_days.stage, open_days.stage_entered_on,
        open_days.known_from, open_days.last_activity_on,
        case when open_days.amount_known_from <= open_days.day then open_days.amount end as day_amount,
        coalesce(
            heard_days.first_active_on <= {{ window_start_date(21, 'open_days.day') }}
            and heard_days.last_active_on >= {{ window_start_date(21, 'open_days.day') }},
            false
        ) as has_activities,
        benchmarks.p90_days_in_stage,
        case when opportunities.loaded_stage_from <= open_days.day then opportunities.loaded_close_date end
            as own_close_date,
        {{ add_days('open_days.stage_entered_on', 'benchmarks.median_days_to_win') }} as usual_close_date
    from open_days
    inner join heard_days on open_days.day = heard_days.metric_date
    inner join opportunities on open_days.opp_id = opportunities.opp_id
    left join benchmarks on open_days.stage = benchmarks.stage and heard_days.month = benchmarks.month
),

final as (
    select
        day as metric_date,
        opp_id,
        owner_id,
        stage,
        stage_entered_on,
        {{ to_money('day_amount') }} as amount,
        case
            when coalesce(own_close_date, usual_close_date) is not null
                then greatest(day, coalesce(own_close_date, usual_close_date))
        end as expected_close_date,
        cast(own_close_date is null and usual_close_date is not null as boolean) as is_expected_close_estimated,
        last_activity_on,
        cast(
            coalesce({{ days_between('stage_entered_on', 'day') }} > greatest(30, p90_days_in_stage), false)
            or (
                has_activities
                and greatest(known_from, last_activity_on) < {{ window_start_date(21, 'day') }}
            ) as boolean
        ) as is_stalled
    from judged
)

select * from final
