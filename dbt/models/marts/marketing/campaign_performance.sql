{{ config(materialized=var('marketing_materialized')) }}

-- A campaign has a row for every day on which it was delivered, visited or converted: conversions come after the
-- last day of a campaign, too. Name and channel are those of its latest day. What is
-- known of a day is what `daily_summary` knows of it.
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

source_days as (
    select * from {{ ref('int_source_days') }}
),

sources as (
    {{ pivot_source_days(['marketing.campaigns_daily', 'marketing.sessions', 'marketing.conversions']) }}
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
        {{ when_covered('marketing.campaigns_daily', 1, 'daily.spend', 'daily.date') }} as spend,
        {{ when_covered('marketing.campaigns_daily', 1, 'daily.impressions', 'daily.date') }} as impressions,
        {{ when_covered('marketing.campaigns_daily', 1, 'daily.clicks', 'daily.date') }} as clicks,
        {{ when_covered('marketing.sessions', 1, 'daily.sessions', 'daily.date') }} as sessions,
        {{ when_covered('marketing.conversions', 30, 'daily.conversions', 'daily.date') }} as conversions,
        {{ when_covered('marketing.conversions', 30, 'daily.revenue', 'daily.date') }} as revenue
    from daily
    inner join campaigns on daily.campaign_id = campaigns.campaign_id
    left join sources on daily.date = sources.metric_date
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
