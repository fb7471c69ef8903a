-- The days of a campaign add up to its funnel: impressions and clicks, and, as far as they are known, the rest.
with days as (
    select
        campaign_id,
        sum(impressions) as impressions,
        sum(clicks) as clicks,
        sum(sessions) as sessions,
        sum(conversions) as conversions
    from {{ ref('campaign_performance') }}
    group by campaign_id
),

final as (
    select funnel.campaign_id
    from {{ ref('int_funnel_stages_by_campaign') }} as funnel
    left join days on funnel.campaign_id = days.campaign_id
    where days.campaign_id is null
        or days.impressions <> funnel.total_impressions
        or days.clicks <> funnel.total_clicks
        or days.sessions <> funnel.total_sessions
        or days.conversions <> funnel.total_conversions
)

select * from final
