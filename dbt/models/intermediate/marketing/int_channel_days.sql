{{ config(materialized='table', indexes=[{'columns': ['channel', 'metric_date'], 'unique': true}]) }}

-- Gap-free, so that a trailing window is a number of rows.
{%- set ad_counters = [
    'campaign_reports', 'impressions', 'clicks', 'conversions', 'traced_conversions', 'conversion_touchpoints'
] %}
{%- set ad_amounts = ['spend', 'attributed_revenue', 'credited_revenue'] %}
{%- set web_counters = [
    'sessions', 'measured_sessions', 'bounced_sessions', 'converted_sessions_change', 'touchpoints'
] %}
{%- set lead_counters = ['leads_created', 'mqls', 'aged_leads', 'aged_leads_to_mql', 'customers_won'] %}
{%- set outreach_counters = [
    'emails_sent', 'emails_delivered', 'email_opens_change', 'email_clicks_change', 'social_reports',
    'social_impressions', 'social_engagements'
] %}

with days as (
    select * from {{ ref('int_days') }}
),

ads as (
    select * from {{ ref('int_channel_ad_days') }}
),

web as (
    select * from {{ ref('int_channel_web_days') }}
),

leads as (
    select * from {{ ref('int_channel_lead_days') }}
),

outreach as (
    select * from {{ ref('int_channel_outreach_days') }}
),

seen as (
    select channel, metric_date from ads
    union all
    select channel, metric_date from web
    union all
    select channel, metric_date from leads
    union all
    select channel, metric_date from outreach
),

channels as (
    select channel, min(metric_date) as first_seen_date
    from seen
    group by channel
),

final as (
    select
        channels.channel,
        days.metric_date
        {%- for counter in ad_amounts %},
        {{ to_money('coalesce(ads.' ~ counter ~ ', 0)') }} as {{ counter }}
        {%- endfor %}
        {%- for counter in ad_counters %},
        coalesce(ads.{{ counter }}, 0) as {{ counter }}
        {%- endfor %}
        {%- for counter in web_counters %},
        coalesce(web.{{ counter }}, 0) as {{ counter }}
        {%- endfor %}
        {%- for counter in lead_counters %},
        coalesce(leads.{{ counter }}, 0) as {{ counter }}
        {%- endfor %}
        {%- for counter in outreach_counters %},
        coalesce(outreach.{{ counter }}, 0) as {{ counter }}
        {%- endfor %}
    from channels
    inner join days on channels.first_seen_date <= days.metric_date
    left join ads on channels.channel = ads.channel and days.metric_date = ads.metric_date
    left join web on channels.channel = web.channel and days.metric_date = web.metric_date
    left join leads on channels.channel = leads.channel and days.metric_date = leads.metric_date
    left join outreach on channels.channel = outreach.channel and days.metric_date = outreach.metric_date
)

select * from final
