{{ config(materialized=var('marketing_materialized')) }}

-- Every source is counted up to the last day it knows of; after that its numbers are unknown, not zero.
with campaigns_daily as (
    select * from {{ ref('stg_campaigns_daily') }}
),

sessions as (
    select * from {{ ref('stg_sessions') }}
),

conversions as (
    select * from {{ ref('stg_conversions') }}
),

source_watermarks as (
    select * from {{ ref('source_watermarks') }}
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
        {{ when_day_known('marketing.campaigns_daily', 'days.date', to_money('coalesce(deliveries.spend, 0)')) }}
            as spend,
        {{ when_day_known('marketing.campaigns_daily', 'days.date', 'coalesce(deliveries.impressions, 0)') }}
            as impressions,
        {{ when_day_known('marketing.campaigns_daily', 'days.date', 'coalesce(deliveries.clicks, 0)') }} as clicks,
        {{ when_day_known('marketing.sessions', 'days.date', 'coalesce(visits.sessions, 0)') }} as sessions,
        {{ when_day_known('marketing.sessions', 'days.date', 'coalesce(visits.visitors, 0)') }} as visitors,
        {{ when_day_known('marketing.conversions', 'days.date', 'coalesce(purchases.conversions, 0)') }}
            as conversions,
        {{ when_day_known('marketing.conversions', 'days.date', to_money('coalesce(purchases.revenue, 0)')) }}
            as revenue
    from days
    left join deliveries on days.date = deliveries.date
    left join visits on days.date = visits.date
    left join purchases on days.date = purchases.date
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
