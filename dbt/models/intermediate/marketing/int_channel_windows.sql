{{ config(materialized='table', indexes=[{'columns': ['channel', 'metric_date'], 'unique': true}]) }}

-- The company is the sum of its channels; it has a row on every day, also before the first channel was seen. Counters
-- of changes are added up from the beginning: they say how many of the last 30 days' things have come about by then.
{%- set counters = [
    'campaign_reports', 'impressions', 'clicks', 'conversions', 'traced_conversions', 'conversion_touchpoints',
    'sessions', 'measured_sessions', 'bounced_sessions', 'touchpoints', 'leads_created', 'mqls', 'emails_sent',
    'emails_delivered', 'social_reports', 'social_impressions', 'social_engagements'
] %}
{%- set amounts = ['spend', 'attributed_revenue', 'credited_revenue'] %}
{%- set changes = ['converted_sessions', 'email_opens', 'email_clicks'] %}
{%- set cohorts = ['aged_leads', 'aged_leads_to_mql'] %}

with days as (
    select * from {{ ref('int_days') }}
),

channel_days as (
    select * from {{ ref('int_channel_days') }}
),

company_days as (
    select
        'all' as channel,
        days.metric_date
        {%- for counter in amounts + counters + cohorts %},
        coalesce(sum(channel_days.{{ counter }}), 0) as {{ counter }}
        {%- endfor %}
        {%- for counter in changes %},
        coalesce(sum(channel_days.{{ counter }}_change), 0) as {{ counter }}_change
        {%- endfor %}
    from days
    left join channel_days on days.metric_date = channel_days.metric_date
    group by days.metric_date
),

all_days as (
    select * from company_days
    union all
    select
        channel,
        metric_date
        {%- for counter in amounts + counters + cohorts %},
        {{ counter }}
        {%- endfor %}
        {%- for counter in changes %},
        {{ counter }}_change
        {%- endfor %}
    from channel_days
),

windowed as (
    select
        channel,
        metric_date
        {%- for counter in amounts %},
        {{ to_money('sum(' ~ counter ~ ') over last_30_days') }} as {{ counter }}_30d
        {%- endfor %}
        {%- for counter in counters %},
        cast(sum({{ counter }}) over last_30_days as bigint) as {{ counter }}_30d
        {%- endfor %}
        {%- for counter in changes %},
        cast(sum({{ counter }}_change) over until_now as bigint) as {{ counter }}_30d
        {%- endfor %}
        {%- for counter in cohorts %},
        cast(sum({{ counter }}) over last_91_days as bigint) as {{ counter }}_91d
        {%- endfor %},
        cast(sum(leads_created) over last_121_days as bigint) as leads_created_121d,
        cast(sum(campaign_reports) over until_now > 0 as boolean) as has_campaigns,
        cast(sum(social_reports) over until_now > 0 as boolean) as has_posts
    from all_days
    window
        last_30_days as (partition by channel order by metric_date rows between 29 preceding and current row),
        last_91_days as (partition by channel order by metric_date rows between 90 preceding and current row),
        last_121_days as (partition by channel order by metric_date rows between 120 preceding and current row),
        until_now as (partition by channel order by metric_date rows between unbounded preceding and current row)
),

final as (
    select windowed.*, days.is_partial, days.is_latest, days.is_week_end, days.is_month_end
    from windowed
    inner join days on windowed.metric_date = days.metric_date
    where days.days_ago < {{ var('company_history_days') }}
)

select * from final
