{{ config(materialized=var('marketing_materialized')) }}

with user_ltv_metrics as (
    select * from {{ ref('int_user_ltv_metrics') }}
),

final as (
    select
        user_id,
        acquisition_channel,
        first_purchase_date,
        last_purchase_date,
        total_conversions,
        total_revenue,
        avg_order_value,
        days_since_first_purchase,
        case
            when total_revenue >= 500 then 'high'
            when total_revenue >= 100 then 'medium'
            else 'low'
        end as ltv_segment
    from user_ltv_metrics
)

select * from final
