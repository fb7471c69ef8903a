-- The mart adds up to the credits it is made from, unless touchpoints are unavailable and it shows none.
with marts as (
    select attribution_model, sum(credited_revenue) as revenue
    from {{ ref('channel_attribution') }}
    group by attribution_model
),

booked as (
    select sum(conversion_value) as revenue from {{ ref('stg_conversions') }}
),

final as (
    select marts.attribution_model, marts.revenue, booked.revenue as booked_revenue
    from marts
    cross join booked
    where marts.revenue <> booked.revenue
)

select * from final
