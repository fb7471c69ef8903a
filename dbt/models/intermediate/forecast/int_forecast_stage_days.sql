{{ config(materialized='table') }}

-- A deal's chance lies between that of the whole weeks left and that of a week more. A deal whose amount or chance is
-- not known is left out.
with stages as (
    select * from {{ ref('int_opportunity_stages') }}
),

opportunities as (
    select * from {{ ref('int_opportunity_owners') }}
),

periods as (
    select * from {{ ref('int_forecast_periods') }}
),

shares as (
    select * from {{ ref('int_win_shares') }}
),

stretches as (
    select
        stages.opp_id,
        coalesce(stages.owner_id, '') as owner_id,
        coalesce(opportunities.opportunity_type, '') as opportunity_type,
        stages.stage,
        stages.created_on,
        stages.amount,
        cast(greatest(stages.valid_from, stages.amount_known_from) as timestamp) as first_day,
        cast({{ add_days('least(stages.valid_to, ' ~ add_days(as_of(), 1) ~ ')', -1) }} as timestamp) as last_day
    from stages
    inner join opportunities on stages.opp_id = opportunities.opp_id
    where stages.is_open and stages.stage is not null and stages.amount_known_from is not null
),

open_days as (
    {{ generate_days(
        'stretches', 'first_day', 'last_day', 'owner_id, opportunity_type, stage, created_on, amount,'
    ) }}
),

rated as (
    select
        periods.metric_date,
        periods.owner_id,
        open_days.stage,
        open_days.amount,
        shares.win_share + (shares.win_share_week_later - shares.win_share) * (periods.days_left % 7) / 7.0 as chance
    from open_days
    inner join periods on open_days.owner_id = periods.owner_id and open_days.day = periods.metric_date
    inner join shares
        on cast({{ dbt.date_trunc('month', 'periods.metric_date') }} as date) = shares.month
        and open_days.opportunity_type = shares.opportunity_type
        and open_days.stage = shares.stage
        and shares.age_weeks = coalesce(
            least({{ integer_divide(days_between('open_days.created_on', 'open_days.day'), 7) }}, 13), -1
        )
        and shares.weeks = {{ integer_divide('periods.days_left', 7) }}
),

final as (
    select
        metric_date,
        owner_id,
        stage,
        count(*) as open_opportunities,
        {{ to_money('sum(amount)') }} as open_amount,
        {{ sum_exact('amount * chance') }} as expected_amount,
        {{ sum_exact(to_float('amount') ~ ' * ' ~ to_float('amount') ~ ' * chance * (1 - chance)', scale=4, precision=38) }} as variance
    from rated
    where chance is not null
    group by metric_date, owner_id, stage
)

select * from final
