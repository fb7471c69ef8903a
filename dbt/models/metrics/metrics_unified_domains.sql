{{ config(materialized='incremental', incremental_strategy='append', indexes=[{'columns': ['metric_date'], 'type': 'brin'}], pre_hook='{{ forget_restated_values(this, var("entity_history_days")) }}') }}

-- Written from dbt/catalogue by `npm run docs`: a metric is defined there, once.
{%- set customer_success = [
    ['customer_health_score', 'score', 'tier_1'], ['active_customers', 'count', 'tier_1'],
    ['churn_risk_score', 'score', 'tier_1'], ['composite_success_score', 'score', 'tier_1'],
    ['monthly_active_users', 'count', 'tier_1'], ['weekly_active_users', 'count', 'tier_2'],
    ['daily_active_users', 'count', 'tier_1'], ['user_activation_rate', 'ratio', 'tier_2'],
    ['avg_engagement_score', 'score', 'tier_2'], ['features_adopted', 'count', 'tier_2'],
    ['core_feature_adoption_rate', 'ratio', 'tier_2'], ['support_tickets_30d', 'count', 'tier_2'],
    ['ticket_resolution_rate', 'ratio', 'tier_2'], ['avg_ticket_resolution_hours', 'hours', 'tier_2'],
    ['active_device_count', 'count', 'tier_3'], ['avg_device_health_score', 'score', 'tier_3'],
    ['volume_processed_30d', 'count', 'tier_3'], ['nps_score', 'score', 'tier_1'], ['csat_score', 'score', 'tier_2'],
    ['time_to_value_days', 'days', 'tier_2'], ['expansion_potential_score', 'score', 'tier_2'],
    ['current_mrr', 'usd', 'tier_1'], ['previous_month_mrr', 'usd', 'tier_2'], ['mrr_growth', 'percent', 'tier_2'],
    ['mrr_at_risk', 'usd', 'tier_1'], ['health_trend', 'score', 'tier_2'], ['health_trend_30d', 'score', 'tier_2']
] %}
{%- set marketing = [
    ['total_ad_spend_active', 'usd', 'tier_2'], ['google_ads_spend', 'usd', 'tier_3'],
    ['meta_spend', 'usd', 'tier_3'], ['linkedin_spend', 'usd', 'tier_3'], ['tiktok_spend', 'usd', 'tier_3'],
    ['twitter_spend', 'usd', 'tier_3'], ['pinterest_spend', 'usd', 'tier_3'], ['reddit_spend', 'usd', 'tier_3'],
    ['snapchat_spend', 'usd', 'tier_3'], ['overall_roi', 'ratio', 'tier_1'], ['google_ads_roi', 'ratio', 'tier_3'],
    ['meta_roi', 'ratio', 'tier_3'], ['linkedin_roi', 'ratio', 'tier_3'], ['tiktok_roi', 'ratio', 'tier_3'],
    ['twitter_roi', 'ratio', 'tier_3'], ['pinterest_roi', 'ratio', 'tier_3'], ['reddit_roi', 'ratio', 'tier_3'],
    ['snapchat_roi', 'ratio', 'tier_3'], ['total_mqls', 'count', 'tier_2'],
    ['lead_conversion_rate', 'ratio', 'tier_2'], ['cost_per_mql', 'usd', 'tier_1'],
    ['avg_touchpoints_to_conversion', 'count', 'tier_2'], ['top_attribution_share', 'ratio', 'tier_2'],
    ['website_sessions', 'count', 'tier_2'], ['bounce_rate', 'ratio', 'tier_2'],
    ['website_conversion_rate', 'ratio', 'tier_2'], ['customer_acquisition_cost', 'usd', 'tier_1'],
    ['email_open_rate', 'ratio', 'tier_2'], ['social_engagement_rate', 'ratio', 'tier_2'],
    ['brand_awareness_score', 'score', 'tier_2'], ['lifetime_value_cac_ratio', 'ratio', 'tier_1'],
    ['email_click_rate', 'ratio', 'tier_2'], ['other_spend', 'usd', 'tier_3'],
    ['attribution_share', 'ratio', 'tier_2'], ['direct_acquisition_cost', 'usd', 'tier_2'],
    ['leads_created_30d', 'count', 'tier_3'], ['ad_impressions_30d', 'count', 'tier_3'],
    ['ad_clicks_30d', 'count', 'tier_3'], ['ad_click_rate', 'ratio', 'tier_3'],
    ['median_sales_cycle_days', 'days', 'tier_3'], ['attributed_revenue_30d', 'usd', 'tier_3']
] %}
{%- set product = [
    ['daily_active_users', 'count', 'tier_1'], ['weekly_active_users', 'count', 'tier_2'],
    ['monthly_active_users', 'count', 'tier_1'], ['dau_mau_ratio', 'ratio', 'tier_1'],
    ['wau_mau_ratio', 'ratio', 'tier_2'], ['avg_session_duration', 'minutes', 'tier_2'],
    ['sessions_per_user', 'ratio', 'tier_2'], ['avg_features_used_per_user', 'ratio', 'tier_2'],
    ['power_users', 'count', 'tier_2'], ['power_user_percentage', 'percent', 'tier_2'],
    ['desktop_usage_pct', 'percent', 'tier_3'], ['mobile_usage_pct', 'percent', 'tier_3'],
    ['avg_30d_retention_rate', 'ratio', 'tier_1'], ['feature_release_adoption_7d', 'ratio', 'tier_2'],
    ['error_rate_pct', 'percent', 'tier_2'], ['crash_free_session_rate', 'percent', 'tier_1'],
    ['ab_test_results', 'ratio', 'tier_2']
] %}
{%- set sales = [
    ['total_pipeline_value', 'usd', 'tier_1'], ['open_opportunities', 'count', 'tier_2'],
    ['pipeline_coverage_ratio', 'ratio', 'tier_1'], ['deals_won_mtd', 'count', 'tier_2'],
    ['revenue_closed_mtd', 'usd', 'tier_1'], ['win_rate', 'ratio', 'tier_1'], ['avg_deal_size', 'usd', 'tier_2'],
    ['avg_sales_cycle_days', 'days', 'tier_2'], ['calls_made_30d', 'count', 'tier_3'],
    ['emails_sent_30d', 'count', 'tier_3'], ['meetings_held_30d', 'count', 'tier_3'],
    ['total_mqls', 'count', 'tier_2'], ['mql_conversion_rate', 'ratio', 'tier_2'],
    ['quota_attainment_pct', 'percent', 'tier_1'], ['forecast_amount', 'usd', 'tier_1'],
    ['stalled_deal_count', 'count', 'tier_2'], ['renewal_rate', 'ratio', 'tier_1'],
    ['pipeline_value', 'usd', 'tier_2'], ['mql_to_customer_rate', 'ratio', 'tier_2'],
    ['pipeline_velocity', 'usd', 'tier_2'], ['sales_velocity', 'usd', 'tier_2'],
    ['quota_attainment_prorated_pct', 'percent', 'tier_2'], ['gross_revenue_retention', 'ratio', 'tier_2'],
    ['net_revenue_retention', 'ratio', 'tier_2']
] %}
with restated as (
    select * from {{ ref('int_restated_customers') }}
),

metrics_marketing as (
    select * from {{ ref('metrics_marketing') }}
),

metrics_product_analytics as (
    select * from {{ ref('metrics_product_analytics') }}
),

metrics_sales as (
    select * from {{ ref('metrics_sales') }}
),

metrics_customer_success as (
    {{ restated_rows(ref('metrics_customer_success')) }}
),

final as (
    {%- for name, unit, importance_tier in customer_success %}
    {% if not loop.first %}union all{% endif %}
    select
        metric_date,
        'customer_success' as domain,
        'customer' as entity_type,
        customer_id as entity_id,
        customer_name as entity_name,
        '{{ name }}' as metric_name,
        {{ to_float(name) }} as metric_value,
        '{{ unit }}' as unit, '{{ importance_tier }}' as importance_tier,
        is_partial
    from metrics_customer_success
    where {{ name }} is not null
    {%- endfor %}
    {%- for name, unit, importance_tier in marketing %}
    union all
    select
        metric_date,
        'marketing' as domain,
        'channel' as entity_type,
        channel as entity_id,
        channel_name as entity_name,
        '{{ name }}' as metric_name,
        {{ to_float(name) }} as metric_value,
        '{{ unit }}' as unit, '{{ importance_tier }}' as importance_tier,
        is_partial
    from metrics_marketing
    where {{ name }} is not null and channel <> 'all'
    {%- endfor %}
    {%- for name, unit, importance_tier in product %}
    union all
    select
        metric_date,
        'product' as domain,
        'company' as entity_type,
        segment_id as entity_id,
        segment_name as entity_name,
        '{{ name }}' as metric_name,
        {{ to_float(name) }} as metric_value,
        '{{ unit }}' as unit, '{{ importance_tier }}' as importance_tier,
        is_partial
    from metrics_product_analytics
    where {{ name }} is not null and segment_id = 'all'
    {%- endfor %}
    {%- for name, unit, importance_tier in sales %}
    union all
    select
        metric_date,
        'sales' as domain,
        'owner' as entity_type,
        owner_id as entity_id,
        owner_name as entity_name,
        '{{ name }}' as metric_name,
        {{ to_float(name) }} as metric_value,
        '{{ unit }}' as unit, '{{ importance_tier }}' as importance_tier,
        is_partial
    from metrics_sales
    where {{ name }} is not null and owner_id <> 'all'
    {%- endfor %}
    order by metric_date
)

select * from final
