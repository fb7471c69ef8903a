-- What a source does not know is empty. It knows a window when it holds anything in it: its first day is not later
-- then, and the last thing it knew of on the day not earlier. Asking the days themselves, not today's watermark, gives
-- a day of the past the answer it had then.
with windows as (
    select * from {{ ref('int_channel_windows') }}
),

company as (
    select * from {{ ref('int_channel_windows') }}
    where channel = 'all'
),

covered as (
    select
        metric_date,
        cast(campaign_reports_30d > 0 as boolean) as has_ads,
        cast(conversions_30d > 0 as boolean) as has_conversions,
        cast(touchpoints_30d > 0 as boolean) as has_touchpoints,
        cast(sessions_30d > 0 as boolean) as has_sessions,
        cast(leads_created_30d > 0 as boolean) as has_leads,
        cast(leads_created_121d > 0 as boolean) as has_older_leads,
        cast(emails_sent_30d > 0 as boolean) as has_mails,
        cast(social_reports_30d > 0 as boolean) as has_social,
        credited_revenue_30d as company_credited_revenue_30d
    from company
),

final as (
    select
        windows.metric_date,
        windows.channel,
        windows.is_partial,
        windows.is_latest,
        windows.is_week_end,
        windows.is_month_end,
        covered.has_ads as are_ads_known,
        cast(covered.has_ads and covered.has_conversions as boolean) as is_roi_known,
        cast(covered.has_conversions and covered.has_touchpoints as boolean) as is_credit_known,
        case when covered.has_ads and windows.has_campaigns then windows.spend_30d end as ad_spend_30d,
        case when covered.has_ads and windows.has_campaigns then windows.impressions_30d end as ad_impressions_30d,
        case when covered.has_ads and windows.has_campaigns then windows.clicks_30d end as ad_clicks_30d,
        case
            when covered.has_ads and covered.has_conversions and windows.has_campaigns
                then windows.attributed_revenue_30d
        end as attributed_revenue_30d,
        case when covered.has_leads then windows.leads_created_30d end as leads_created_30d,
        case when covered.has_leads then windows.mqls_30d end as mqls_30d,
        case when covered.has_older_leads then windows.aged_leads_91d end as aged_leads_91d,
        case when covered.has_older_leads then windows.aged_leads_to_mql_91d end as aged_leads_to_mql_91d,
        case when covered.has_conversions and covered.has_touchpoints then windows.traced_conversions_30d end
            as traced_conversions_30d,
        case when covered.has_conversions and covered.has_touchpoints then windows.conversion_touchpoints_30d end
            as conversion_touchpoints_30d,
        case when covered.has_conversions and covered.has_touchpoints then windows.credited_revenue_30d end
            as credited_revenue_30d,
        case when covered.has_conversions and covered.has_touchpoints then covered.company_credited_revenue_30d end
            as company_credited_revenue_30d,
        case when covered.has_sessions then windows.sessions_30d end as sessions_30d,
        case when covered.has_sessions then windows.measured_sessions_30d end as measured_sessions_30d,
        case when covered.has_sessions then windows.bounced_sessions_30d end as bounced_sessions_30d,
        case when covered.has_sessions and covered.has_conversions then windows.converted_sessions_30d end
            as converted_sessions_30d,
        case when covered.has_mails and windows.channel in ('all', 'email') then windows.emails_delivered_30d end
            as emails_delivered_30d,
        case when covered.has_mails and windows.channel in ('all', 'email') then windows.email_opens_30d end
            as email_opens_30d,
        case when covered.has_mails and windows.channel in ('all', 'email') then windows.email_clicks_30d end
            as email_clicks_30d,
        case when covered.has_social and windows.has_posts then windows.social_impressions_30d end
            as social_impressions_30d,
        case when covered.has_social and windows.has_posts then windows.social_engagements_30d end
            as social_engagements_30d
    from windows
    inner join covered on windows.metric_date = covered.metric_date
)

select * from final
