{{ config(materialized='table') }}

-- A look counts once its weeks have passed, whatever became of the deal: what was won early is not taken sooner than what
-- was not.
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
    select days_ago as weeks
    from days
    where days_ago <= (
        select {{ integer_divide('max(' ~ days_between('period_start', 'period_end') ~ ')', 7) }} + 1 from periods
    )
),

judged as (
    select
        looks.*,
        horizons.weeks,
        {{ add_days('looks.looked_on', '7 * horizons.weeks') }} as judged_on
    from looks
    inner join horizons on {{ add_days('looks.looked_on', '7 * horizons.weeks') }} <= {{ as_of() }}
),

counted as (
    select
        opportunity_type,
        stage,
        age_weeks,
        weeks,
        cast({{ dbt.date_trunc('month', 'judged_on') }} as date) as judged_month,
        count(*) as analogues,
        count(case when won_on <= judged_on then 1 end) as wins
    from judged
    group by opportunity_type, stage, age_weeks, weeks, cast({{ dbt.date_trunc('month', 'judged_on') }} as date)
),

final as (
    select
        months.month,
        counted.opportunity_type,
        counted.stage,
        counted.age_weeks,
        counted.weeks,
        cast(sum(counted.analogues) as bigint) as analogues,
        cast(sum(counted.wins) as bigint) as wins
    from (select distinct cast({{ dbt.date_trunc('month', 'metric_date') }} as date) as month from days) as months
    inner join counted on counted.judged_month < months.month
    group by months.month, counted.opportunity_type, counted.stage, counted.age_weeks, counted.weeks
)

select * from final
