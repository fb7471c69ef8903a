-- Deals are looked at in the middle of every week of their age, while they are open. Age explains more than the time
-- in the stage does: a renewal is decided when its term ends.
with days as (
    select * from {{ ref('int_days') }}
),

stages as (
    select * from {{ ref('int_opportunity_stages') }}
),

opportunities as (
    select * from {{ ref('int_opportunity_owners') }}
),

weeks as (
    select days_ago as week from days where days_ago < 26
),

looks as (
    select
        stages.opp_id,
        stages.stage,
        coalesce(opportunities.opportunity_type, '') as opportunity_type,
        least(weeks.week, 13) as age_weeks,
        {{ add_days('stages.created_on', '7 * weeks.week + 3') }} as looked_on
    from stages
    inner join opportunities on stages.opp_id = opportunities.opp_id
    inner join weeks
        on {{ add_days('stages.created_on', '7 * weeks.week + 3') }} >= stages.valid_from
        and {{ add_days('stages.created_on', '7 * weeks.week + 3') }}
            < least(coalesce(stages.valid_to, {{ no_end() }}), {{ add_days(as_of(), 1) }})
    where stages.is_history and stages.is_open and stages.stage is not null
),

wins as (
    select opp_id, valid_from as won_on
    from stages
    where is_history and stage = 'closed_won'
),

final as (
    select
        looks.opp_id,
        looks.looked_on,
        looks.opportunity_type,
        looks.stage,
        looks.age_weeks,
        min(wins.won_on) as won_on
    from looks
    left join wins on looks.opp_id = wins.opp_id and looks.looked_on < wins.won_on
    group by looks.opp_id, looks.looked_on, looks.opportunity_type, looks.stage, looks.age_weeks
)

select * from final
