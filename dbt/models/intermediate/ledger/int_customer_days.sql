{{ config(materialized='incremental', incremental_strategy='append', pre_hook='{{ forget_restated(this) }}') }}

{%- set families = [
    ['event_days', ['events', 'api_calls', 'retention_signals', 'integration_connects', 'premium_feature_trials',
        'adoption_scores']],
    ['early_connects', ['early_integration_connects']],
    ['ticket_days', ['tickets', 'high_priority_tickets', 'feature_request_tickets', 'tickets_due',
        'tickets_resolved_in_time', 'tickets_resolved', 'timed_resolutions', 'resolution_hours']],
    ['people_days', ['users_created', 'users_activated', 'users_deactivated', 'users_due', 'users_activated_in_time']],
    ['device_days', ['devices_installed', 'devices_retired', 'device_uptime_minutes', 'device_expected_minutes',
        'device_events', 'device_errors', 'device_readings']],
    ['voice_days', ['nps_answers', 'nps_promoters', 'nps_detractors', 'csat_answers', 'csat_satisfied',
        'goals_achieved', 'team_contacts']],
    ['adoption_turns', ['features_gained', 'core_features_gained_0', 'core_features_gained_1',
        'core_features_gained_2', 'core_features_gained_3']]
] %}
{%- set decimals = [['event_days', 'adoption_score_sum', 9], ['device_days', 'volume_processed', 6]] %}
{%- set states = ['daily_active_users', 'weekly_active_users', 'monthly_active_users', 'power_users',
    'engagement_points'] %}

-- The ledger: what happened to a customer on a day, and all that had happened by its end. A trailing window is the
-- difference of two running totals. A build that goes on from another adds to the totals before the days it states.
with restated as (
    select * from {{ ref('int_restated_customers') }}
),

stated as (
    {{ restated_rows(ref('int_customer_state_days')) }}
),
{%- for name in ['event_days', 'early_connects', 'ticket_days', 'people_days', 'device_days', 'voice_days', 'adoption_turns', 'user_days'] %}

{{ name }} as (
    {{ restated_rows(ref('int_customer_' ~ name)) }}
),
{%- endfor %}
{%- if is_incremental() %}

before as (
    select ledger.*
    from {{ this }} as ledger
    inner join restated on ledger.customer_id = restated.customer_id
    where ledger.metric_date = {{ add_days('restated.restate_from', -1) }}
),
{%- endif %}

counted as (
    select
        stated.customer_id, stated.metric_date, stated.tenure_days, stated.is_active, stated.is_upgraded,
        stated.plan_tier, stated.mrr
        {%- for column in states %},
        coalesce(user_days.{{ column }}, 0) as {{ column }}
        {%- endfor %}
        {%- for family, counters in families %}
        {%- for counter in counters %},
        coalesce({{ family }}.{{ counter }}, 0) as {{ counter }}
        {%- endfor %}
        {%- endfor %}
        {%- for family, counter, scale in decimals %},
        coalesce({{ family }}.{{ counter }}, 0) as {{ counter }}
        {%- endfor %}
    from stated
    {%- for name in ['event_days', 'early_connects', 'ticket_days', 'people_days', 'device_days', 'voice_days', 'adoption_turns', 'user_days'] %}
    left join {{ name }}
        on stated.customer_id = {{ name }}.customer_id
        and stated.metric_date = {{ name }}.metric_date
    {%- endfor %}
),

final as (
    select
        counted.*,
        {%- set last_event_date = 'max(case when counted.events > 0 then counted.metric_date end) over customer_days' %}
        {{ 'greatest(' ~ last_event_date ~ ', before.last_event_date)' if is_incremental() else last_event_date }}
            as last_event_date
        {%- for family, counters in families %}
        {%- for counter in counters %},
        {{ running_total('counted.' ~ counter, 'customer_days') }}
            {%- if is_incremental() %} + coalesce(before.{{ counter }}_total, 0){% endif %} as {{ counter }}_total
        {%- endfor %}
        {%- endfor %}
        {%- for family, counter, scale in decimals %},
        cast(
            sum(counted.{{ counter }}) over customer_days
            {%- if is_incremental() %} + coalesce(before.{{ counter }}_total, 0){% endif %} as decimal(28, {{ scale }})
        ) as {{ counter }}_total
        {%- endfor %}
    from counted
    {%- if is_incremental() %}
    left join before on counted.customer_id = before.customer_id
    {%- endif %}
    window customer_days as (
        partition by counted.customer_id order by counted.metric_date
        rows between unbounded preceding and current row
    )
)

select * from final
