{{ config(materialized='table') }}

-- Every forecast and its interval were made from what was known on that day, so each look judges an interval it had no
-- part in.
with looks as (
    select * from {{ ref('int_forecast_looks') }}
),

forecasts as (
    select * from {{ ref('int_forecast_days') }}
),

owners as (
    select * from {{ ref('int_sales_owners') }}
),

final as (
    select
        looks.period_start,
        looks.period_end,
        looks.metric_date,
        {{ days_between('looks.metric_date', 'looks.period_end') }} as days_left,
        looks.owner_id,
        case when looks.owner_id = 'all' then 'All' else coalesce(owners.member_name, owners.other_name) end as owner_name,
        forecasts.won_amount,
        looks.forecast_amount,
        forecasts.forecast_low,
        forecasts.forecast_high,
        looks.actual_amount,
        case when forecasts.forecast_low is not null
            then cast(looks.actual_amount between forecasts.forecast_low and forecasts.forecast_high as boolean)
        end as is_inside
    from looks
    inner join forecasts on looks.owner_id = forecasts.owner_id and looks.metric_date = forecasts.metric_date
    left join owners on looks.owner_id = owners.owner_id
)

select * from final
