{{ config(materialized='table') }}

{%- set counts = [
    'events', 'api_calls', 'retention_signals', 'integration_connects',
    'premium_feature_trials', 'adoption_scores',
    'tickets', 'high_priority_tickets', 'feature_request_tickets', 'tickets_due',
    'tickets_resolved_in_time', 'tickets_resolved', 'timed_resolutions', 'resolution_hours',
    'users_created', 'users_activated', 'users_deactivated', 'users_due',
    'users_activated_in_time',
    'devices_installed', 'devices_retired', 'device_uptime_minutes', 'device_expected_minutes',
    'device_events', 'device_errors', 'device_readings',
    'nps_answers', 'nps_promoters', 'nps_detractors', 'csat_answers',
    'csat_satisfied', 'goals_achieved', 'team_contacts'
] %}
{%- set core_gains = [
    'core_features_gained_0', 'core_features_gained_1', 'core_features_gained_2', 'core_features_gained_3'
] %}

-- The ledger: what happened to a customer on a day, and all that had happened by its end. A trailing window is the
-- difference of two running totals.
with counters as (
    select * from {{ ref('int_customer_counters') }}
),

final as (
    select
        customer_id,
        metric_date,
        tenure_days,
        is_active,
        is_upgraded,
        plan_tier,
        mrr,
        daily_active_users,
        weekly_active_users,
        monthly_active_users,
        power_users,
        engagement_points,
        {{ running_total('features_gained', 'customer_days') }} as features_adopted,
        case plan_tier
            {%- for tier in ['free', 'starter', 'growth', 'enterprise'] %}
            when '{{ tier }}' then {{ running_total(core_gains[:loop.index] | join(' + '), 'customer_days') }}
            {%- endfor %}
        end as core_features_adopted,
        {%- for counter in counts %}
        {{ counter }},
        {%- endfor %}
        adoption_score_sum,
        volume_processed,
        {%- for counter in counts %}
        {{ running_total(counter, 'customer_days') }} as {{ counter }}_total,
        {%- endfor %}
        cast(sum(adoption_score_sum) over customer_days as decimal(28, 9)) as adoption_score_sum_total,
        cast(sum(volume_processed) over customer_days as decimal(28, 6)) as volume_processed_total
    from counters
    window customer_days as (
        partition by customer_id order by metric_date rows between unbounded preceding and current row
    )
)

select * from final
