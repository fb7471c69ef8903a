-- Customer lifetime value neither loses nor repeats a conversion.
with lifetime_value as (
    select coalesce(sum(total_revenue), 0) as revenue, coalesce(sum(total_conversions), 0) as conversions
    from {{ ref('customer_lifetime_value') }}
),

booked as (
    select coalesce(sum(conversion_value), 0) as revenue, count(*) as conversions
    from {{ ref('stg_conversions') }}
),

final as (
    select
        lifetime_value.revenue,
        booked.revenue as booked_revenue,
        lifetime_value.conversions,
        booked.conversions as booked_conversions
    from lifetime_value
    cross join booked
    where lifetime_value.revenue <> booked.revenue or lifetime_value.conversions <> booked.conversions
)

select * from final
