with days as (
    select
        sum(spend) as spend,
        sum(sessions) as sessions,
        sum(conversions) as conversions,
        sum(revenue) as revenue
    from {{ ref('daily_summary') }}
),

campaign_totals as (
    select sum(spend) as spend from {{ ref('stg_campaigns_daily') }}
),

session_totals as (
    select count(*) as sessions from {{ ref('stg_sessions') }}
),

conversion_totals as (
    select count(*) as conversions, sum(conversion_value) as revenue from {{ ref('stg_conversions') }}
),

final as (
    select days.spend, days.sessions, days.conversions, days.revenue
    from days
    cross join campaign_totals
    cross join session_totals
    cross join conversion_totals
    where days.spend <> campaign_totals.spend
        or days.sessions <> session_totals.sessions
        or days.conversions <> conversion_totals.conversions
        or days.revenue <> conversion_totals.revenue
)

select * from final
