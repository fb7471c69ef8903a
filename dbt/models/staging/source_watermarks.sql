{{ config(materialized='table') }}

-- Sources of events have a watermark: the last thing they know of. Tables of current state (dated by 'state_…', so
-- that what is dated after as_of does not exist yet) have none.
{%- set sources = [
    ['raw', 'raw', 'customers', 'state_day', 'signup_date'],
    ['raw', 'raw', 'subscription_periods', 'day', 'valid_from'],
    ['raw', 'raw', 'gtm_costs', 'day', 'month'],
    ['raw', 'raw', 'users', 'moment', 'created_at'],
    ['raw', 'raw', 'product_sessions', 'moment', 'started_at'],
    ['raw', 'raw', 'usage_events', 'moment', 'timestamp'],
    ['raw', 'raw', 'features', 'state_moment', 'released_at'],
    ['raw', 'raw', 'devices', 'state_moment', 'installed_at'],
    ['raw', 'raw', 'device_days', 'day', 'day'],
    ['raw', 'raw', 'support_tickets', 'day', 'created_date'],
    ['raw', 'raw', 'survey_responses', 'moment', 'sent_at'],
    ['raw', 'raw', 'success_goals', 'undated', ''],
    ['raw', 'raw', 'risk_signals', 'day', 'as_of_date'],
    ['raw', 'raw', 'team_members', 'state_day', 'active_from'],
    ['raw', 'raw', 'quotas', 'state_day', 'period_start'],
    ['raw', 'raw', 'gtm_opportunities', 'opportunity', ''],
    ['raw', 'raw', 'opportunity_stage_history', 'moment', 'entered_at'],
    ['raw', 'raw', 'sales_activities', 'moment', 'occurred_at'],
    ['raw', 'raw', 'leads', 'moment', 'created_at'],
    ['raw', 'raw', 'email_sends', 'moment', 'sent_at'],
    ['raw', 'raw', 'social_posts', 'day', 'date'],
    ['raw', 'raw', 'experiments', 'state_moment', 'start_at'],
    ['raw', 'raw', 'experiment_exposures', 'moment', 'exposed_at'],
    ['marketing_raw', 'marketing', 'campaigns_daily', 'day', 'date'],
    ['marketing_raw', 'marketing', 'ad_creatives', 'undated', ''],
    ['marketing_raw', 'marketing', 'sessions', 'moment', 'session_start'],
    ['marketing_raw', 'marketing', 'attribution_touchpoints', 'moment', 'timestamp'],
    ['marketing_raw', 'marketing', 'conversions', 'moment', 'timestamp']
] %}

with opportunity_stage_history as (
    select * from {{ source('raw', 'opportunity_stage_history') }}
),

counted as (
    {%- for source_name, schema_name, table_name, dating, event_time in sources %}
    select
        '{{ schema_name }}.{{ table_name }}' as source_name,
        count(*) as known_rows,
        {%- if dating == 'moment' %}
        min({{ event_time }}) as first_event_at,
        max({{ event_time }}) as last_event_at
        {%- elif dating == 'day' %}
        {{ utc_midnight('min(' ~ event_time ~ ')') }} as first_event_at,
        {{ utc_midnight('max(' ~ event_time ~ ')') }} as last_event_at
        {%- else %}
        cast(null as timestamptz) as first_event_at,
        cast(null as timestamptz) as last_event_at
        {%- endif %}
    from {{ source(source_name, table_name) }}
    {%- if dating == 'moment' %}
    where {{ event_time }} < {{ as_of_end() }}
    {%- elif dating == 'day' %}
    where {{ event_time }} <= {{ as_of() }}
    {%- elif dating == 'state_moment' %}
    where {{ event_time }} is null or {{ event_time }} < {{ as_of_end() }}
    {%- elif dating == 'state_day' %}
    where {{ event_time }} is null or {{ event_time }} <= {{ as_of() }}
    {%- elif dating == 'opportunity' %}
    where (created_at is null or created_at < {{ as_of_end() }})
        and (
            {{ utc_date('_loaded_at') }} <= {{ as_of() }}
            or opp_id in (
                select h.opp_id from opportunity_stage_history as h where h.entered_at < {{ as_of_end() }}
            )
        )
    {%- endif %}
    {%- if not loop.last %}
    union all
    {%- endif %}
    {%- endfor %}
),

final as (
    select
        source_name,
        known_rows,
        cast(known_rows > 0 as boolean) as is_available,
        first_event_at,
        last_event_at,
        {{ utc_date('last_event_at') }} as last_event_date
    from counted
)

select * from final
