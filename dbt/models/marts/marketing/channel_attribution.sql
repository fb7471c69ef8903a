{{ config(materialized=var('marketing_materialized')) }}

-- Without recorded touchpoints everything would look unattributed: credit is unknown then, not zero.
with attribution_credits as (
    select * from {{ ref('int_attribution_credits') }}
),

source_watermarks as (
    select * from {{ ref('source_watermarks') }}
),

sources as (
    {{ pivot_watermarks(['marketing.attribution_touchpoints']) }}
),

credited as (
    select
        channel,
        attribution_model,
        sum(credit_share) as credited_conversions,
        {{ to_money('sum(credited_revenue)') }} as credited_revenue
    from attribution_credits
    group by channel, attribution_model
),

totals as (
    select attribution_model, sum(credited_revenue) as booked_revenue
    from credited
    group by attribution_model
),

final as (
    select
        credited.channel,
        credited.attribution_model,
        {{ when_available('marketing.attribution_touchpoints', 'credited.credited_conversions') }}
            as credited_conversions,
        {{ when_available('marketing.attribution_touchpoints', 'credited.credited_revenue') }} as credited_revenue,
        {{ when_available(
            'marketing.attribution_touchpoints',
            safe_divide_or_zero('credited.credited_revenue', 'totals.booked_revenue')
        ) }} as revenue_share
    from credited
    inner join totals on credited.attribution_model = totals.attribution_model
    cross join sources
)

select * from final
