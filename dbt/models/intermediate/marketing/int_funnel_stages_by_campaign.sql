{{ config(materialized=var('marketing_materialized')) }}

-- The campaigns are those of campaigns_daily. Sessions and conversions of no known campaign are not here; a data
-- test accounts for every one of them.
with campaigns_daily as (
    select * from {{ ref('stg_campaigns_daily') }}
),

sessions as (
    select * from {{ ref('stg_sessions') }}
),

conversions as (
    select * from {{ ref('stg_conversions') }}
),

ranked_days as (
    select
        *,
        row_number() over (partition by campaign_id order by date desc) as recency
    from campaigns_daily
),

campaigns as (
    select
        campaign_id,
        max(case when recency = 1 then campaign_name end) as campaign_name,
        max(case when recency = 1 then channel end) as channel,
        cast(coalesce(sum(impressions), 0) as bigint) as total_impressions,
        cast(coalesce(sum(clicks), 0) as bigint) as total_clicks
    from ranked_days
    group by campaign_id
),

session_counts as (
    select campaign_id, count(distinct session_id) as total_sessions
    from sessions
    group by campaign_id
),

conversion_counts as (
    select attributed_campaign_id as campaign_id, count(distinct conversion_id) as total_conversions
    from conversions
    group by attributed_campaign_id
),

stages as (
    select
        campaigns.campaign_id, campaigns.campaign_name, campaigns.channel, campaigns.total_impressions,
        campaigns.total_clicks,
        coalesce(session_counts.total_sessions, 0) as total_sessions,
        coalesce(conversion_counts.total_conversions, 0) as total_conversions
    from campaigns
    left join session_counts on campaigns.campaign_id = session_counts.campaign_id
    left join conversion_counts on campaigns.campaign_id = conversion_counts.campaign_id
),

final as (
    select
        campaign_id,
        campaign_name,
        channel,
        total_impressions,
        total_clicks,
        total_sessions,
        total_conversions,
        {{ safe_divide_or_zero('total_clicks', 'total_impressions') }} as click_through_rate,
        {{ safe_divide_or_zero('total_sessions', 'total_clicks') }} as click_to_session_rate,
        {{ safe_divide_or_zero('total_conversions', 'total_sessions') }} as session_to_conversion_rate
    from stages
)

select * from final
