-- Every session and conversion is either in the funnel of a campaign or accounted for as unattributed.
with funnel as (
    select
        coalesce(sum(total_sessions), 0) as sessions,
        coalesce(sum(total_conversions), 0) as conversions
    from {{ ref('int_funnel_stages_by_campaign') }}
),

campaigns as (
    select distinct campaign_id from {{ ref('stg_campaigns_daily') }}
),

session_totals as (
    select
        count(*) as total,
        count(case when campaigns.campaign_id is null then 1 end) as unattributed
    from {{ ref('stg_sessions') }} as sessions
    left join campaigns on sessions.campaign_id = campaigns.campaign_id
),

conversion_totals as (
    select
        count(*) as total,
        count(case when campaigns.campaign_id is null then 1 end) as unattributed
    from {{ ref('stg_conversions') }} as conversions
    left join campaigns on conversions.attributed_campaign_id = campaigns.campaign_id
),

final as (
    select
        session_totals.total as sessions,
        funnel.sessions as attributed_sessions,
        session_totals.unattributed as unattributed_sessions,
        conversion_totals.total as conversions,
        funnel.conversions as attributed_conversions,
        conversion_totals.unattributed as unattributed_conversions
    from funnel
    cross join session_totals
    cross join conversion_totals
    where session_totals.total <> funnel.sessions + session_totals.unattributed
        or conversion_totals.total <> funnel.conversions + conversion_totals.unattributed
)

select * from final
