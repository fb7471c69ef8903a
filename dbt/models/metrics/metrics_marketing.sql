{{ config(indexes=[{'columns': ['channel', 'metric_date'], 'unique': true}, {'columns': ['metric_date']}]) }}

{%- set platforms = ad_platforms().split(' ') %}
-- Of the columns of the platforms a channel's row fills only its own.
with known_windows as (
    select * from {{ ref('int_known_channel_windows') }}
),

platform_windows as (
    select * from {{ ref('int_platform_windows') }}
),

top_channel_days as (
    select * from {{ ref('int_top_channel_days') }}
),

acquisition_windows as (
    select * from {{ ref('int_acquisition_windows') }}
),

brand_awareness_days as (
    select * from {{ ref('int_brand_awareness_days') }}
),

measured as (
    select
        known_windows.metric_date, known_windows.channel, known_windows.is_partial, known_windows.is_latest,
        known_windows.is_week_end, known_windows.is_month_end, known_windows.ad_spend_30d,
        known_windows.ad_impressions_30d, known_windows.ad_clicks_30d, known_windows.attributed_revenue_30d,
        known_windows.leads_created_30d, known_windows.mqls_30d, known_windows.aged_leads_91d,
        known_windows.aged_leads_to_mql_91d, known_windows.traced_conversions_30d,
        known_windows.conversion_touchpoints_30d, known_windows.credited_revenue_30d,
        known_windows.company_credited_revenue_30d, known_windows.sessions_30d, known_windows.measured_sessions_30d,
        known_windows.bounced_sessions_30d, known_windows.converted_sessions_30d,
        known_windows.emails_delivered_30d, known_windows.email_opens_30d, known_windows.email_clicks_30d,
        known_windows.social_impressions_30d, known_windows.social_engagements_30d,
        {{ channel_name('known_windows.channel') }} as channel_name
        {%- for platform in platforms %},
        case when are_ads_known and known_windows.channel in ('all', '{{ platform }}')
            then coalesce(platform_windows.{{ platform }}_spend, 0)
        end as {{ platform }}_spend,
        case when is_roi_known and known_windows.channel in ('all', '{{ platform }}')
            then coalesce(platform_windows.{{ platform }}_revenue, 0)
        end as {{ platform }}_attributed_revenue
        {%- endfor %},
        case when known_windows.channel = 'all' and is_credit_known then top_channel_days.top_attribution_channel end
            as top_attribution_channel,
        case when known_windows.channel = 'all' and is_credit_known then top_channel_days.top_credited_revenue_30d end
            as top_credited_revenue_30d,
        acquisition.median_sales_cycle_days,
        acquisition.lifetime_value,
        case when acquisition.has_customers then acquisition.new_customers_90d end as new_customers_90d,
        acquisition.are_costs_known,
        acquisition.shared_costs as shared_costs_90d,
        case when acquisition.shared_costs = 0 or acquisition.channel = 'all' then acquisition.own_costs end
            as acquisition_costs_90d,
        case when acquisition.channel = 'all' then acquisition.own_costs - acquisition.shared_costs
            else acquisition.own_costs
        end as direct_costs_90d,
        brand_awareness_days.brand_awareness_wave,
        brand_awareness_days.brand_answers,
        brand_awareness_days.brand_aware_answers
    from known_windows
    left join platform_windows on known_windows.metric_date = platform_windows.metric_date
    left join top_channel_days on known_windows.metric_date = top_channel_days.metric_date
    left join acquisition_windows as acquisition
        on known_windows.channel = acquisition.channel and known_windows.metric_date = acquisition.metric_date
    left join brand_awareness_days
        on known_windows.channel = 'all' and known_windows.metric_date = brand_awareness_days.metric_date
),

final as (
    select
        metric_date, channel, channel_name,
        is_partial, is_latest, is_week_end, is_month_end,
        ad_spend_30d as total_ad_spend_active,
        {%- for platform in platforms %}
        {{ platform }}_spend,
        {%- endfor %}
        {{ ratio('attributed_revenue_30d - ad_spend_30d', 'ad_spend_30d') }} as overall_roi,
        {%- for platform in platforms %}
        {{ ratio(platform ~ '_attributed_revenue - ' ~ platform ~ '_spend', platform ~ '_spend') }}
            as {{ platform }}_roi,
        {%- endfor %}
        mqls_30d as total_mqls,
        {{ ratio('aged_leads_to_mql_91d', 'aged_leads_91d') }} as lead_conversion_rate,
        {{ ratio('ad_spend_30d', 'mqls_30d') }} as cost_per_mql,
        {{ ratio('conversion_touchpoints_30d', 'traced_conversions_30d') }} as avg_touchpoints_to_conversion,
        top_attribution_channel,
        case when company_credited_revenue_30d > 0
            then {{ ratio('top_credited_revenue_30d', 'company_credited_revenue_30d') }}
        end as top_attribution_share,
        sessions_30d as website_sessions,
        {{ ratio('bounced_sessions_30d', 'measured_sessions_30d') }} as bounce_rate,
        {{ ratio('converted_sessions_30d', 'sessions_30d') }} as website_conversion_rate,
        {{ ratio('acquisition_costs_90d', 'new_customers_90d') }} as customer_acquisition_cost,
        {{ ratio('email_opens_30d', 'emails_delivered_30d') }} as email_open_rate,
        {{ ratio('social_engagements_30d', 'social_impressions_30d') }} as social_engagement_rate,
        100 * {{ ratio('brand_aware_answers', 'brand_answers') }} as brand_awareness_score,
        {{ ratio('lifetime_value * new_customers_90d', 'acquisition_costs_90d') }} as lifetime_value_cac_ratio,
        lifetime_value,
        {{ ratio('email_clicks_30d', 'emails_delivered_30d') }} as email_click_rate,
        case when channel not in ('{{ platforms | join("', '") }}')
            then ad_spend_30d{% for platform in platforms %} - coalesce({{ platform }}_spend, 0){% endfor %}
        end as other_spend,
        100 * ({{ wilson_bound('brand_aware_answers', 'brand_answers', 'low') }}) as brand_awareness_low,
        100 * ({{ wilson_bound('brand_aware_answers', 'brand_answers', 'high') }}) as brand_awareness_high,
        brand_awareness_wave,
        case when company_credited_revenue_30d > 0
            then {{ ratio('credited_revenue_30d', 'company_credited_revenue_30d') }}
        end as attribution_share,
        {{ ratio('direct_costs_90d', 'new_customers_90d') }} as direct_acquisition_cost,
        case
            when not are_costs_known and median_sales_cycle_days is null
                then 'no deal of new business is known to be won in the last 90 days: no sales cycle to go back'
            when not are_costs_known
                then 'ad spend and go-to-market costs do not cover the 90 days that end a sales cycle before'
            when channel <> 'all' and direct_costs_90d is null then 'the channel has no costs of its own'
            when acquisition_costs_90d is null then 'people, tools and other shared costs belong to no single channel'
            when coalesce(new_customers_90d, 0) = 0 then 'no new customer in the last 90 days'
        end as customer_acquisition_cost_gap,
        leads_created_30d,
        ad_impressions_30d,
        ad_clicks_30d,
        {{ ratio('ad_clicks_30d', 'ad_impressions_30d') }} as ad_click_rate,
        median_sales_cycle_days,
        attributed_revenue_30d,
        {%- for platform in platforms %}
        {{ platform }}_attributed_revenue,
        {%- endfor %}
        aged_leads_to_mql_91d,
        aged_leads_91d,
        conversion_touchpoints_30d,
        traced_conversions_30d,
        top_credited_revenue_30d,
        credited_revenue_30d,
        company_credited_revenue_30d,
        bounced_sessions_30d, measured_sessions_30d, converted_sessions_30d,
        acquisition_costs_90d,
        direct_costs_90d,
        new_customers_90d,
        email_opens_30d, email_clicks_30d, emails_delivered_30d,
        social_engagements_30d,
        social_impressions_30d,
        brand_aware_answers,
        brand_answers
    from measured
)

select * from final
