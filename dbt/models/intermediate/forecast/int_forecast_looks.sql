-- Forecasts of periods that are over. Nothing is judged where nothing was left to come.
with points as (
    select * from {{ ref('int_forecast_points') }}
),

totals as (
    select * from {{ ref('int_sales_totals') }}
),

final as (
    select
        points.period_start,
        points.metric_date,
        points.owner_id,
        points.period_end,
        points.forecast_amount,
        points.spread,
        {{ to_money('totals.revenue_total - coalesce(totals_before.revenue_total, 0)') }} as actual_amount
    from points
    inner join totals on points.owner_id = totals.owner_id and points.period_end = totals.metric_date
    left join totals as totals_before
        on points.owner_id = totals_before.owner_id
        and {{ add_days('points.period_start', -1) }} = totals_before.metric_date
    where points.is_look and points.spread > 0 and points.owner_id <> ''
)

select * from final
