{{ config(materialized='table') }}

-- What deals brought that were unknown at the beginning of a stretch of so many weeks and won by its end, in the mean
-- of the stretches that began on the last 182 days for which that was known before the month. A deal counts for as
-- many of those beginnings as lie before it was known and not more than the stretch before its win.
with days as (
    select * from {{ ref('int_days') }}
),

stages as (
    select * from {{ ref('int_opportunity_stages') }}
),

periods as (
    select * from {{ ref('int_forecast_periods') }}
),

deals as (
    select
        opp_id,
        known_from,
        min(valid_from) as first_seen_on,
        min(case when not is_open then valid_from end) as closed_on,
        min(case when stage = 'closed_won' then valid_from end) as won_on
    from stages
    where is_history
    group by opp_id, known_from
),

wins as (
    select deals.known_from, deals.won_on, stages.amount, stages.amount_known_from
    from deals
    inner join stages on deals.opp_id = stages.opp_id and deals.won_on = stages.valid_from
    where stages.amount is not null
),

months as (
    select
        starts.month,
        count(case when deals.first_seen_on < starts.month and deals.closed_on < starts.month then 1 end) as closed_deals,
        min(case when deals.first_seen_on < starts.month then deals.first_seen_on end) as first_seen_on
    from (select distinct cast({{ dbt.date_trunc('month', 'metric_date') }} as date) as month from days) as starts
    left join deals on true
    group by starts.month
),

stretches as (
    select
        months.month,
        months.closed_deals,
        horizons.weeks,
        {{ add_days('months.month', '-1 - 7 * horizons.weeks') }} as last_start,
        greatest({{ add_days('months.month', '-182 - 7 * horizons.weeks') }}, months.first_seen_on) as first_start
    from months
    cross join (
        select days_ago as weeks
        from days
        where days_ago <= (
            select {{ integer_divide('max(' ~ days_between('period_start', 'period_end') ~ ')', 7) }} + 1 from periods
        )
    ) as horizons
),

sums as (
    select
        month,
        weeks,
        {{ to_float('sum(amount * beginnings)') }} as amount,
        {{ sum_exact(to_float('amount') ~ ' * ' ~ to_float('amount') ~ ' * beginnings', scale=4, precision=38) }} as variance
    from (
        select
            stretches.month,
            stretches.weeks,
            wins.amount,
            {{ days_between(
                'greatest(' ~ add_days('wins.won_on', '-7 * stretches.weeks') ~ ', stretches.first_start)',
                'least(' ~ add_days('wins.known_from', -1) ~ ', stretches.last_start)'
            ) }} + 1 as beginnings
        from stretches
        inner join wins
            on wins.known_from > stretches.first_start
            and wins.won_on < stretches.month
            and wins.amount_known_from < stretches.month
            and {{ days_between('wins.known_from', 'wins.won_on') }} < 7 * stretches.weeks
    ) as counted
    where beginnings > 0
    group by month, weeks
),

{%- set beginnings = days_between('stretches.first_start', 'stretches.last_start') ~ ' + 1' %}

final as (
    select
        stretches.month,
        stretches.weeks,
        stretches.closed_deals,
        case when {{ beginnings }} >= 91 then {{ beginnings }} end as beginnings,
        case when {{ beginnings }} >= 91 then coalesce(sums.amount, 0) / ({{ beginnings }}) end as new_amount,
        case when {{ beginnings }} >= 91 then coalesce(sums.variance, 0) / ({{ beginnings }}) end as new_variance
    from stretches
    left join sums on stretches.month = sums.month and stretches.weeks = sums.weeks
)

select * from final
