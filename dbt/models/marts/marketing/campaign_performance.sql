{{ config(materialized=var('marketing_materialized')) }}

-- A campaign has a row for every day on which it was delivered, visited or converted: conversions come after the
-- last day of a campaign, too. Name and channel are those of its latest day. After the last day a source knows of,
-- its numbers are unknown, not zero.
with campaigns_daily as (
    select * from {{ ref('stg_campaigns_daily') }}
),

campaigns as (
    select * from {{ ref('int_funnel_stages_by_campaign') }}
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

-- One row per thing that happened, with a 1 or an amount in its own column.
happenings as (
    select
        campaign_id,
        date,
        coalesce(spend, 0) as spend,
        coalesce(impressions, 0) as impressions,
        coalesce(clicks, 0) as clicks,
        0 as sessions,
        0 as conversions,
        0 as revenue
    from campaigns_daily
    union all
    select campaign_id, {{ utc_date('session_start') }} as date, 0, 0, 0, 1, 0, 0
    from sessions
    union all
    select attributed_campaign_id as campaign_id, {{ utc_date('timestamp') }} as date, 0, 0, 0, 0, 1, conversion_value
    from conversions
),

daily as (
    select
        campaign_id,
        date,
        {{ to_money('sum(spend)') }} as spend,
        cast(sum(impressions) as bigint) as impressions,
        cast(sum(clicks) as bigint) as clicks,
        cast(sum(sessions) as bigint) as sessions,
        cast(sum(conversions) as bigint) as conversions,
        {{ to_money('sum(revenue)') }} as revenue
    from happenings
    group by campaign_id, date
),

known as (
    select
        daily.campaign_id,
        daily.date,
        campaigns.campaign_name,
        campaigns.channel,
        {{ when_day_known('marketing.campaigns_daily', 'daily.date', 'daily.spend') }} as spend,
        {{ when_day_known('marketing.campaigns_daily', 'daily.date', 'daily.impressions') }} as impressions,
        {{ when_day_known('marketing.campaigns_daily', 'daily.date', 'daily.clicks') }} as clicks,
        {{ when_day_known('marketing.sessions', 'daily.date', 'daily.sessions') }} as sessions,
        {{ when_day_known('marketing.conversions', 'daily.date', 'daily.conversions') }} as conversions,
        {{ when_day_known('marketing.conversions', 'daily.date', 'daily.revenue') }} as revenue
    from daily
    inner join campaigns on daily.campaign_id = campaigns.campaign_id
),

final as (
    select
        *,
        case when impressions is not null then {{ safe_divide_or_zero('clicks', 'impressions') }} end
            as click_through_rate,
        case when spend is not null then {{ safe_divide_or_zero('spend', 'clicks') }} end as cost_per_click,
        case
            when spend is not null and conversions is not null then {{ safe_divide_or_zero('spend', 'conversions') }}
        end as cost_per_conversion,
        case when spend is not null and revenue is not null then {{ safe_divide_or_zero('revenue', 'spend') }} end
            as return_on_ad_spend
    from known
)

select * from final
