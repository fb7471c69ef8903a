{{ config(materialized=var('marketing_materialized')) }}

-- Deliveries and visits come every day: a day without any is unknown, not zero. A day without a purchase is a 0 as long
-- as the last 30 days had one.
with campaigns_daily as (
    select * from {{ ref('stg_campaigns_daily') }}
),

sessions as (
    select * from {{ ref('stg_sessions') }}
),

conversions as (
    select * from {{ ref('stg_conversions') }}
),

source_days as (
    select * from {{ ref('int_source_days') }}
),

deliveries as (
    select
        date,
        {{ to_money('coalesce(sum(spend), 0)') }} as spend,
        cast(coalesce(sum(impressions), 0) as bigint) as impressions,
        cast(coalesce(sum(clicks), 0) as bigint) as clicks
    from campaigns_daily
    group by date
),

visits as (
    select
        {{ utc_date('session_start') }} as date,
        count(*) as sessions,
        count(distinct user_id) as visitors
    from sessions
    group by {{ utc_date('session_start') }}
),

purchases as (
    select
        {{ utc_date('timestamp') }} as date,
        count(*) as conversions,
        {{ to_money('coalesce(sum(conversion_value), 0)') }} as revenue
    from conversions
    group by {{ utc_date('timestamp') }}
),

days as (
    select date from deliveries
    union
    select date from visits
    union
    select date from purchases
),

counted as (
    select
        days.date,
        {{ when_covered('marketing.campaigns_daily', 1, to_money('coalesce(deliveries.spend, 0)'), 'days.date') }}
            as spend,
        {{ when_covered('marketing.campaigns_daily', 1, 'coalesce(deliveries.impressions, 0)', 'days.date') }}
            as impressions,
        {{ when_covered('marketing.campaigns_daily', 1, 'coalesce(deliveries.clicks, 0)', 'days.date') }} as clicks,
        {{ when_covered('marketing.sessions', 1, 'coalesce(visits.sessions, 0)', 'days.date') }} as sessions,
        {{ when_covered('marketing.sessions', 1, 'coalesce(visits.visitors, 0)', 'days.date') }} as visitors,
        {{ when_covered('marketing.conversions', 30, 'coalesce(purchases.conversions, 0)', 'days.date') }}
            as conversions,
        {{ when_covered('marketing.conversions', 30, to_money('coalesce(purchases.revenue, 0)'), 'days.date') }}
            as revenue
    from days
    left join deliveries on days.date = deliveries.date
    left join visits on days.date = visits.date
    left join purchases on days.date = purchases.date
    left join (
        {{ pivot_source_days(['marketing.campaigns_daily', 'marketing.sessions', 'marketing.conversions']) }}
    ) as sources on days.date = sources.metric_date
),

final as (
    select
        date,
        spend,
        impressions,
        clicks,
        sessions,
        visitors,
        conversions,
        revenue,
        case when impressions is not null then {{ safe_divide_or_zero('clicks', 'impressions') }} end
            as click_through_rate,
        case when sessions is not null and conversions is not null
            then {{ safe_divide_or_zero('conversions', 'sessions') }}
        end as session_to_conversion_rate,
        case when spend is not null and conversions is not null
            then {{ safe_divide_or_zero('revenue', 'spend') }}
        end as return_on_ad_spend
    from counted
)

select * from final
