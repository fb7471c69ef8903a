-- Weeks and months of the ledger. Tickets count 7 to 97 days after they were opened and users 14 to 104 days after
-- they were created: the 91 days on which their time was up.
with ledger as (
    select * from {{ ref('int_customer_days') }}
),

final as (
    select
        customer_id,
        metric_date,
        tenure_days,
        is_active,
        plan_tier,
        mrr,
        daily_active_users,
        weekly_active_users,
        monthly_active_users,
        power_users,
        engagement_points,
        features_adopted,
        core_features_adopted,
        users_created_total - users_deactivated_total as users,
        devices_installed_total - devices_retired_total as devices,
        tickets_total - tickets_resolved_total as open_tickets,
        {{ trailing('events', 30) }} as events_30d,
        coalesce(lag(events_total, 30) over customer_days, 0) - coalesce(lag(events_total, 60) over customer_days, 0)
            as events_prev_30d,
        {{ trailing('adoption_score_sum', 30) }} as adoption_score_sum_30d,
        {{ trailing('adoption_scores', 30) }} as adoption_scores_30d,
        {{ trailing('tickets', 30) }} as tickets_30d,
        {{ trailing('high_priority_tickets', 30) }} as high_priority_tickets_30d,
        {{ trailing('tickets_due', 91) }} as tickets_due_91d,
        {{ trailing('tickets_resolved_in_time', 91) }} as tickets_resolved_in_time_91d,
        {{ trailing('timed_resolutions', 90) }} as timed_resolutions_90d,
        {{ trailing('resolution_hours', 90) }} as resolution_hours_90d,
        {{ trailing('users_due', 91) }} as users_due_91d,
        {{ trailing('users_activated_in_time', 91) }} as users_activated_in_time_91d,
        {{ trailing('device_uptime_minutes', 30) }} as device_uptime_minutes_30d,
        {{ trailing('device_expected_minutes', 30) }} as device_expected_minutes_30d,
        {{ trailing('device_events', 30) }} as device_events_30d,
        {{ trailing('device_errors', 30) }} as device_errors_30d,
        {{ trailing('device_readings', 30) }} as device_readings_30d,
        {{ trailing('volume_processed', 30) }} as volume_processed_30d,
        {{ trailing('nps_answers', 90) }} as nps_answers_90d,
        {{ trailing('nps_promoters', 90) }} as nps_promoters_90d,
        {{ trailing('nps_detractors', 90) }} as nps_detractors_90d,
        {{ trailing('csat_answers', 90) }} as csat_answers_90d,
        {{ trailing('csat_satisfied', 90) }} as csat_satisfied_90d,
        {{ trailing('team_contacts', 30) }} as team_contacts_30d,
        lag(mrr, 90) over customer_days as mrr_90d_ago
    from ledger
    window customer_days as (partition by customer_id order by metric_date)
)

select * from final
