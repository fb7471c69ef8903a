{{ config(materialized='table') }}

-- A group of few deals leans on the wider one around it, which counts as ten of its deals: the age on type and stage,
-- type and stage on the stage.
with days as (
    select * from {{ ref('int_days') }}
),

counts as (
    select * from {{ ref('int_win_counts') }}
),

by_type as (
    select month, stage, weeks, opportunity_type, sum(analogues) as analogues, sum(wins) as wins
    from counts
    group by month, stage, weeks, opportunity_type
),

by_stage as (
    select month, stage, weeks, {{ to_float('sum(wins)') }} / sum(analogues) as win_share
    from by_type
    group by month, stage, weeks
),

grid as (
    select
        by_stage.month,
        types.opportunity_type,
        by_stage.stage,
        ages.age_weeks,
        by_stage.weeks,
        by_stage.win_share as stage_share
    from by_stage
    cross join (
        select '' as opportunity_type
        {%- for type in ['new_business', 'expansion', 'renewal'] %}
        union all
        select '{{ type }}' as opportunity_type
        {%- endfor %}
    ) as types
    cross join (select days_ago - 1 as age_weeks from days where days_ago <= 14) as ages
),

shared as (
    select
        grid.month,
        grid.opportunity_type,
        grid.stage,
        grid.age_weeks,
        grid.weeks,
        coalesce(counts.analogues, 0) as analogues,
        coalesce(counts.wins, 0) as wins,
        (
            coalesce(counts.wins, 0)
            + 10 * (coalesce(by_type.wins, 0) + 10 * grid.stage_share) / (coalesce(by_type.analogues, 0) + 10)
        ) / (coalesce(counts.analogues, 0) + 10) as win_share
    from grid
    left join by_type
        on grid.month = by_type.month
        and grid.stage = by_type.stage
        and grid.weeks = by_type.weeks
        and grid.opportunity_type = by_type.opportunity_type
    left join counts
        on grid.month = counts.month
        and grid.stage = counts.stage
        and grid.weeks = counts.weeks
        and grid.opportunity_type = counts.opportunity_type
        and grid.age_weeks = counts.age_weeks
),

final as (
    select
        *,
        coalesce(lead(win_share) over (partition by month, opportunity_type, stage, age_weeks order by weeks), win_share)
            as win_share_week_later
    from shared
)

select * from final
