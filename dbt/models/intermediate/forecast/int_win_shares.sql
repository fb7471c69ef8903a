{{ config(materialized='table') }}

-- Learnt from looks that lie so many weeks before the month began, whatever became of the deal: what was won early is
-- not taken sooner than what was not. A group of few deals leans on the wider one around it, which counts as ten of
-- its deals: the age on type and stage, type and stage on the stage.
with days as (
    select * from {{ ref('int_days') }}
),

looks as (
    select * from {{ ref('int_deal_looks') }}
),

periods as (
    select * from {{ ref('int_forecast_periods') }}
),

horizons as (
    select days_ago as weeks from days
    where days_ago <= (select {{ integer_divide('max(' ~ days_between('period_start', 'period_end') ~ ')', 7) }} + 1 from periods)
),

counted as (
    select
        looks.opportunity_type,
        looks.stage,
        looks.age_weeks,
        horizons.weeks,
        cast({{ dbt.date_trunc('month', add_days('looks.looked_on', '7 * horizons.weeks')) }} as date) as month,
        count(*) as analogues,
        count(case when looks.won_on <= {{ add_days('looks.looked_on', '7 * horizons.weeks') }} then 1 end) as wins
    from looks
    inner join horizons on {{ add_days('looks.looked_on', '7 * horizons.weeks') }} <= {{ as_of() }}
    group by looks.opportunity_type, looks.stage, looks.age_weeks, horizons.weeks,
        cast({{ dbt.date_trunc('month', add_days('looks.looked_on', '7 * horizons.weeks')) }} as date)
),

known as (
    select
        months.month,
        types.opportunity_type,
        stages.stage,
        ages.age_weeks,
        horizons.weeks,
        coalesce(sum(counted.analogues) over before_month, 0) as analogues,
        coalesce(sum(counted.wins) over before_month, 0) as wins
    from (select distinct cast({{ dbt.date_trunc('month', 'metric_date') }} as date) as month from days) as months
    cross join (
        select '' as opportunity_type
        {%- for type in ['new_business', 'expansion', 'renewal'] %}
        union all select '{{ type }}' as opportunity_type
        {%- endfor %}
    ) as types
    cross join (
        {%- for stage in ['prospecting', 'qualification', 'proposal'] %}
        select '{{ stage }}' as stage
        {%- if not loop.last %} union all{% endif %}
        {%- endfor %}
    ) as stages
    cross join (select days_ago - 1 as age_weeks from days where days_ago <= 14) as ages
    cross join horizons
    left join counted
        on months.month = counted.month
        and types.opportunity_type = counted.opportunity_type
        and stages.stage = counted.stage
        and ages.age_weeks = counted.age_weeks
        and horizons.weeks = counted.weeks
    window before_month as (
        partition by types.opportunity_type, stages.stage, ages.age_weeks, horizons.weeks
        order by months.month
        rows between unbounded preceding and 1 preceding
    )
),

pooled as (
    select
        *,
        sum(analogues) over type_stage as type_analogues,
        sum(wins) over type_stage as type_wins,
        {{ to_float('sum(wins) over any_type') }} / nullif(sum(analogues) over any_type, 0) as stage_share
    from known
    window
        type_stage as (partition by month, stage, weeks, opportunity_type),
        any_type as (partition by month, stage, weeks)
),

shared as (
    select
        month,
        opportunity_type,
        stage,
        age_weeks,
        weeks,
        cast(analogues as bigint) as analogues,
        cast(wins as bigint) as wins,
        ({{ to_float('wins') }} + 10 * (type_wins + 10 * stage_share) / (type_analogues + 10)) / (analogues + 10)
            as win_share
    from pooled
),

final as (
    select
        *,
        coalesce(lead(win_share) over (partition by month, opportunity_type, stage, age_weeks order by weeks), win_share)
            as win_share_week_later
    from shared
)

select * from final
