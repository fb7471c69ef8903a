{{ config(materialized='table') }}

-- What is won is won: the lower end is not below it.
with points as (
    select * from {{ ref('int_forecast_points') }}
),

errors as (
    select * from {{ ref('int_forecast_errors') }}
),

final as (
    select
        points.metric_date,
        points.owner_id,
        points.period_start,
        points.period_end,
        points.is_look,
        points.quota_amount,
        points.won_amount,
        points.open_amount,
        points.new_amount,
        points.forecast_amount,
        case when points.forecast_amount is not null and errors.width is not null
            then {{ to_money('greatest(' ~ to_float('points.won_amount') ~ ', points.forecast_amount - errors.width * points.spread)') }}
        end as forecast_low,
        {{ to_money('points.forecast_amount + errors.width * points.spread') }} as forecast_high,
        case
            when points.closed_deals < 30
                then cast(points.closed_deals as {{ dbt.type_string() }})
                    || ' deals with stage history were closed before the month, 30 are needed'
            when points.forecast_amount is null
                then 'the stage history is too short for the days left: 13 weeks and as many days as are left are needed'
            when errors.width is null
                then cast(coalesce(errors.periods, 0) as {{ dbt.type_string() }})
                    || ' periods with forecasts were over before the month, an interval needs 2'
        end as forecast_gap
    from points
    left join errors
        on cast({{ dbt.date_trunc('month', 'points.metric_date') }} as date) = errors.month
        and (points.owner_id = 'all') = errors.is_company
)

select * from final
