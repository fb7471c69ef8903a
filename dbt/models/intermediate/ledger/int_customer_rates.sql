{{ config(materialized='incremental', incremental_strategy='append', pre_hook='{{ forget_restated(this) }}') }}

{%- set covered = [
    ['raw.usage_events', 30, ['events_30d', 'adoption_score_sum_30d', 'adoption_scores_30d']],
    ['raw.support_tickets', 30, ['tickets_30d', 'high_priority_tickets_30d', 'open_tickets']],
    ['raw.support_tickets', 97, ['tickets_due_91d', 'tickets_resolved_in_time_91d']],
    ['raw.support_tickets', 90, ['timed_resolutions_90d', 'resolution_hours_90d']],
    ['raw.users', 104, ['users_due_91d', 'users_activated_in_time_91d']],
    ['raw.device_days', 30, [
        'device_uptime_minutes_30d', 'device_expected_minutes_30d', 'device_events_30d', 'device_errors_30d',
        'device_readings_30d', 'volume_processed_30d'
    ]],
    ['raw.survey_responses', 90, [
        'nps_answers_90d', 'nps_promoters_90d', 'nps_detractors_90d', 'csat_answers_90d', 'csat_satisfied_90d'
    ]]
] %}

{%- set trailing_counts = [
    ['events', 30], ['adoption_score_sum', 30], ['adoption_scores', 30], ['tickets', 30], ['high_priority_tickets', 30],
    ['tickets_due', 91], ['tickets_resolved_in_time', 91], ['timed_resolutions', 90], ['resolution_hours', 90],
    ['users_due', 91], ['users_activated_in_time', 91], ['device_uptime_minutes', 30], ['device_expected_minutes', 30],
    ['device_events', 30], ['device_errors', 30], ['device_readings', 30], ['volume_processed', 30],
    ['nps_answers', 90], ['nps_promoters', 90], ['nps_detractors', 90], ['csat_answers', 90], ['csat_satisfied', 90]
] %}

-- Weeks and months of the ledger as far as they are known, and the ratios of them that health and the metrics share.
-- NULL is unknown: no source that reaches the window, or nothing to divide by. Tickets count 7 to 97 days after they
-- were opened and users 14 to 104 days after they were created: the 91 days on which their time was up.
with restated as (
    select * from {{ ref('int_restated_customers') }}
),

core_features as (
    select * from {{ ref('int_core_feature_days') }}
),

source_days as (
    select * from {{ ref('int_source_days') }}
),

sources as (
    {{ pivot_source_days([
        'raw.usage_events', 'raw.product_sessions', 'raw.support_tickets', 'raw.users', 'raw.devices', 'raw.device_days',
        'raw.survey_responses', 'raw.features'
    ]) }}
),

ledger as (
    {{ restated_rows(ref('int_customer_days'), 'metric_date', 91) }}
),

windows as (
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
        engagement_points,
        features_gained_total as features_adopted,
        case plan_tier
            {%- for tier in ['free', 'starter', 'growth', 'enterprise'] %}
            when '{{ tier }}' then core_features_gained_{{ range(loop.index) | join('_total + core_features_gained_') }}_total
            {%- endfor %}
        end as core_features_adopted,
        users_created_total - users_deactivated_total as users,
        devices_installed_total - devices_retired_total as devices,
        tickets_total - tickets_resolved_total as open_tickets,
        {%- for counter, days in trailing_counts %}
        {{ trailing(counter, days) }} as {{ counter }}_{{ days }}d,
        {%- endfor %}
        coalesce(lag(events_total, 30) over customer_days, 0) - coalesce(lag(events_total, 60) over customer_days, 0)
            as events_prev_30d,
        lag(mrr, 90) over customer_days as mrr_90d_ago
    from ledger
    window customer_days as (partition by customer_id order by metric_date)
),

known as (
    select
        windows.customer_id,
        windows.metric_date,
        windows.tenure_days,
        windows.is_active,
        windows.is_upgraded,
        windows.plan_tier,
        windows.mrr,
        windows.mrr_90d_ago,
        {%- for column in ['daily_active_users', 'weekly_active_users', 'monthly_active_users', 'engagement_points'] %}
        coalesce(
            {{ when_covered('raw.usage_events', 30, 'windows.' ~ column, 'windows.metric_date') }},
            {{ when_covered('raw.product_sessions', 30, 'windows.' ~ column, 'windows.metric_date') }}
        ) as {{ column }},
        {%- endfor %}
        {%- for column in ['windows.features_adopted', 'windows.core_features_adopted', 'core_features.core_features_entitled'] %}
        {{ when_available('raw.features', when_covered('raw.usage_events', 30, column, 'windows.metric_date')) }}
            as {{ column.split('.')[1] }},
        {%- endfor %}
        {{ when_available('raw.users', 'windows.users') }} as users,
        {{ when_available('raw.devices', 'windows.devices') }} as active_device_count,
        {{ when_covered(
            'raw.usage_events', 30, 'windows.events_prev_30d', 'sources_before.metric_date', 'sources_before'
        ) }} as events_prev_30d
        {%- for source_name, days, columns in covered %}
        {%- for column in columns %},
        {{ when_covered(source_name, days, 'windows.' ~ column, 'windows.metric_date') }} as {{ column }}
        {%- endfor %}
        {%- endfor %}
    from ({{ restated_rows('windows') }}) as windows
    left join core_features
        on windows.metric_date = core_features.metric_date
        and windows.plan_tier = core_features.plan_tier
    inner join sources on windows.metric_date = sources.metric_date
    left join sources as sources_before on sources_before.metric_date = {{ add_days('windows.metric_date', -30) }}
),

final as (
    select
        known.*,
        {{ to_float('monthly_active_users') }} / nullif(users, 0) as active_user_share,
        {{ to_float('engagement_points') }} / (3.6 * nullif(monthly_active_users, 0)) as avg_engagement_score,
        {{ to_float('events_30d - events_prev_30d') }} / nullif(events_prev_30d, 0) as usage_change,
        {{ to_float('core_features_adopted') }} / nullif(core_features_entitled, 0) as core_feature_adoption_rate,
        {{ to_float('adoption_score_sum_30d') }} / nullif(adoption_scores_30d, 0) as avg_adoption_score,
        {{ to_float('tickets_resolved_in_time_91d') }} / nullif(tickets_due_91d, 0) as ticket_resolution_rate,
        {{ to_float('resolution_hours_90d') }} / nullif(timed_resolutions_90d, 0) as avg_ticket_resolution_hours,
        {{ to_float('users_activated_in_time_91d') }} / nullif(users_due_91d, 0) as user_activation_rate,
        case
            when device_readings_30d > 0
                then 60 * {{ to_float('device_uptime_minutes_30d') }} / nullif(device_expected_minutes_30d, 0)
                    + 40 * (1 - coalesce({{ to_float('device_errors_30d') }} / nullif(device_events_30d, 0), 0))
        end as avg_device_health_score,
        case
            when nps_answers_90d >= 5
                then 100 * {{ to_float('nps_promoters_90d - nps_detractors_90d') }} / nps_answers_90d
        end as nps_score,
        100 * {{ to_float('csat_satisfied_90d') }} / nullif(csat_answers_90d, 0) as csat_score,
        {{ to_float('mrr - mrr_90d_ago') }} / nullif({{ to_float('mrr_90d_ago') }}, 0) as mrr_change
    from known
)

select * from final
