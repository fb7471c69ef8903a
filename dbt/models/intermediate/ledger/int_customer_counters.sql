-- Everything that is counted of a customer on a day, beside its state; 0 on days without.
with state_days as (
    select * from {{ ref('int_customer_state_days') }}
),

event_days as (
    select * from {{ ref('int_customer_event_days') }}
),

ticket_days as (
    select * from {{ ref('int_customer_ticket_days') }}
),

people_days as (
    select * from {{ ref('int_customer_people_days') }}
),

device_days as (
    select * from {{ ref('int_customer_device_days') }}
),

voice_days as (
    select * from {{ ref('int_customer_voice_days') }}
),

adoption_days as (
    select * from {{ ref('int_customer_adoption_days') }}
),

user_days as (
    select * from {{ ref('int_customer_user_days') }}
),

final as (
    select
        state_days.*,
        coalesce(user_days.daily_active_users, 0) as daily_active_users,
        coalesce(user_days.weekly_active_users, 0) as weekly_active_users,
        coalesce(user_days.monthly_active_users, 0) as monthly_active_users,
        coalesce(user_days.power_users, 0) as power_users,
        coalesce(user_days.engagement_points, 0) as engagement_points,
        coalesce(adoption_days.features_gained, 0) as features_gained,
        {%- for rank in range(4) %}
        coalesce(adoption_days.core_features_gained_{{ rank }}, 0) as core_features_gained_{{ rank }},
        {%- endfor %}
        coalesce(event_days.events, 0) as events,
        coalesce(event_days.api_calls, 0) as api_calls,
        coalesce(event_days.retention_signals, 0) as retention_signals,
        coalesce(event_days.integration_connects, 0) as integration_connects,
        coalesce(event_days.premium_feature_trials, 0) as premium_feature_trials,
        coalesce(event_days.adoption_score_sum, 0) as adoption_score_sum,
        coalesce(event_days.adoption_scores, 0) as adoption_scores,
        coalesce(ticket_days.tickets, 0) as tickets,
        coalesce(ticket_days.high_priority_tickets, 0) as high_priority_tickets,
        coalesce(ticket_days.feature_request_tickets, 0) as feature_request_tickets,
        coalesce(ticket_days.tickets_due, 0) as tickets_due,
        coalesce(ticket_days.tickets_resolved_in_time, 0) as tickets_resolved_in_time,
        coalesce(ticket_days.tickets_resolved, 0) as tickets_resolved,
        coalesce(ticket_days.timed_resolutions, 0) as timed_resolutions,
        coalesce(ticket_days.resolution_hours, 0) as resolution_hours,
        coalesce(people_days.users_created, 0) as users_created,
        coalesce(people_days.users_activated, 0) as users_activated,
        coalesce(people_days.users_deactivated, 0) as users_deactivated,
        coalesce(people_days.users_due, 0) as users_due,
        coalesce(people_days.users_activated_in_time, 0) as users_activated_in_time,
        coalesce(device_days.devices_installed, 0) as devices_installed,
        coalesce(device_days.devices_retired, 0) as devices_retired,
        coalesce(device_days.device_uptime_minutes, 0) as device_uptime_minutes,
        coalesce(device_days.device_expected_minutes, 0) as device_expected_minutes,
        coalesce(device_days.device_events, 0) as device_events,
        coalesce(device_days.device_errors, 0) as device_errors,
        coalesce(device_days.volume_processed, 0) as volume_processed,
        coalesce(device_days.device_readings, 0) as device_readings,
        coalesce(voice_days.nps_answers, 0) as nps_answers,
        coalesce(voice_days.nps_promoters, 0) as nps_promoters,
        coalesce(voice_days.nps_detractors, 0) as nps_detractors,
        coalesce(voice_days.csat_answers, 0) as csat_answers,
        coalesce(voice_days.csat_satisfied, 0) as csat_satisfied,
        coalesce(voice_days.goals_achieved, 0) as goals_achieved,
        coalesce(voice_days.team_contacts, 0) as team_contacts
    from state_days
    left join event_days
        on state_days.customer_id = event_days.customer_id
        and state_days.metric_date = event_days.metric_date
    left join ticket_days
        on state_days.customer_id = ticket_days.customer_id
        and state_days.metric_date = ticket_days.metric_date
    left join people_days
        on state_days.customer_id = people_days.customer_id
        and state_days.metric_date = people_days.metric_date
    left join device_days
        on state_days.customer_id = device_days.customer_id
        and state_days.metric_date = device_days.metric_date
    left join voice_days
        on state_days.customer_id = voice_days.customer_id
        and state_days.metric_date = voice_days.metric_date
    left join adoption_days
        on state_days.customer_id = adoption_days.customer_id
        and state_days.metric_date = adoption_days.metric_date
    left join user_days
        on state_days.customer_id = user_days.customer_id
        and state_days.metric_date = user_days.metric_date
)

select * from final
