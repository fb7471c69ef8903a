{{ config(materialized='table') }}

-- What was known of a source on a day: since when it is there, and how far it reached. Days come from the small tables by
-- day where those count the source's rows. A row without a date is there from the first day on. An opportunity says
-- something when it becomes known, is loaded, or changes its stage.
{%- set facts = [
    ['raw.customers', 'stg_customers', 'signup_date', ''],
    ['raw.subscription_periods', 'stg_subscription_periods', 'valid_from', ''],
    ['raw.gtm_costs', 'stg_gtm_costs', 'month', ''],
    ['raw.users', 'int_customer_people_days', 'metric_date', 'users_created > 0'],
    ['raw.product_sessions', 'int_session_days', 'metric_date', 'sessions > 0'],
    ['raw.usage_events', 'int_customer_event_days', 'metric_date', 'events > 0'],
    ['raw.features', 'stg_features', utc_date('released_at'), ''],
    ['raw.devices', 'stg_devices', utc_date('installed_at'), ''],
    ['raw.device_days', 'stg_device_days', 'day', ''],
    ['raw.support_tickets', 'int_customer_ticket_days', 'metric_date', 'tickets > 0'],
    ['raw.survey_responses', 'stg_survey_responses', utc_date('sent_at'), ''],
    ['raw.success_goals', 'stg_success_goals', 'cast(null as date)', ''],
    ['raw.risk_signals', 'stg_risk_signals', 'as_of_date', ''],
    ['raw.team_members', 'stg_team_members', 'active_from', ''],
    ['raw.quotas', 'stg_quotas', 'period_start', ''],
    ['raw.gtm_opportunities', 'int_opportunity_owners', 'greatest(known_from, loaded_date)', ''],
    ['raw.gtm_opportunities', 'int_opportunity_stages', 'valid_from', ''],
    ['raw.opportunity_stage_history', 'stg_opportunity_stage_history', utc_date('entered_at'), ''],
    ['raw.sales_activities', 'stg_sales_activities', utc_date('occurred_at'), ''],
    ['raw.leads', 'int_channel_days', 'metric_date', 'leads_created > 0'],
    ['raw.email_sends', 'int_channel_days', 'metric_date', 'emails_sent > 0'],
    ['raw.social_posts', 'int_channel_days', 'metric_date', 'social_reports > 0'],
    ['raw.experiments', 'stg_experiments', utc_date('start_at'), ''],
    ['raw.experiment_exposures', 'stg_experiment_exposures', utc_date('exposed_at'), ''],
    ['marketing.campaigns_daily', 'int_channel_days', 'metric_date', 'campaign_reports > 0'],
    ['marketing.ad_creatives', 'stg_ad_creatives', 'cast(null as date)', ''],
    ['marketing.sessions', 'int_channel_days', 'metric_date', 'sessions > 0'],
    ['marketing.attribution_touchpoints', 'int_channel_days', 'metric_date', 'touchpoints > 0'],
    ['marketing.conversions', 'int_channel_days', 'metric_date', 'conversions > 0']
] %}
with source_watermarks as (
    select source_name from {{ ref('source_watermarks') }}
),

days as (
    select * from {{ ref('int_days') }}
),

facts as (
    {%- for source_name, model, fact_date, condition in facts %}
    select '{{ source_name }}' as source_name, {{ fact_date }} as fact_date
    from {{ ref(model) }}
    {%- if condition %}
    where {{ condition }}
    {%- endif %}
    group by {{ fact_date }}
    {%- if not loop.last %}
    union all
    {%- endif %}
    {%- endfor %}
),

dated as (
    select
        facts.source_name,
        greatest(facts.fact_date, bounds.first_day) as metric_date,
        min(coalesce(facts.fact_date, bounds.first_day)) as first_fact_date,
        max(coalesce(facts.fact_date, bounds.first_day)) as last_fact_date
    from facts
    cross join (select min(metric_date) as first_day from days) as bounds
    group by facts.source_name, greatest(facts.fact_date, bounds.first_day)
),

final as (
    select
        source_watermarks.source_name,
        days.metric_date,
        min(dated.first_fact_date) over so_far as first_fact_date,
        max(dated.last_fact_date) over so_far as last_fact_date
    from source_watermarks
    cross join days
    left join dated on source_watermarks.source_name = dated.source_name and days.metric_date = dated.metric_date
    window so_far as (
        partition by source_watermarks.source_name
        order by days.metric_date
        rows between unbounded preceding and current row
    )
)

select * from final
