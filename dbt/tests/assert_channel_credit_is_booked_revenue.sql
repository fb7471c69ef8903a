-- Every attribution model hands out exactly the booked revenue, to the cent, and every conversion once.
with credits as (
    select
        attribution_model,
        sum(credited_revenue) as revenue,
        sum(credit_share) as conversions
    from {{ ref('int_attribution_credits') }}
    group by attribution_model
),

booked as (
    select sum(conversion_value) as revenue, count(*) as conversions
    from {{ ref('stg_conversions') }}
),

final as (
    select
        credits.attribution_model,
        credits.revenue,
        booked.revenue as booked_revenue,
        credits.conversions,
        booked.conversions as booked_conversions
    from credits
    cross join booked
    where credits.revenue <> booked.revenue
        or abs(credits.conversions - booked.conversions) > 0.000001 * booked.conversions
)

select * from final
