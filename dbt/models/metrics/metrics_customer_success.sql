{{ config(materialized='incremental', incremental_strategy='append', pre_hook='{{ forget_restated(this, var("entity_history_days")) }}') }}

-- The last days of customer success; older ones are in int_customer_success_days.
with restated as (
    select * from {{ ref('int_restated_customers') }}
),

success_days as (
    {{ restated_rows(ref('int_customer_success_days')) }}
),

final as (
    select
        metric_date,
        customer_id,
        customer_name,
        is_partial,
        is_latest,
        is_week_end,
        is_month_end,
        plan_tier,
        industry,
        segment,
        csm_id,
        csm_name,
        tenure_days,
        customer_health_score,
        churn_risk_score,
        churn_tier,
        composite_success_score,
        monthly_active_users,
        weekly_active_users,
        daily_active_users,
        user_activation_rate,
        avg_engagement_score,
        features_adopted,
        core_feature_adoption_rate,
        support_tickets_30d,
        ticket_resolution_rate,
        avg_ticket_resolution_hours,
        active_device_count,
        avg_device_health_score,
        volume_processed_30d,
        nps_score,
        csat_score,
        time_to_value_days,
        expansion_potential_score,
        expansion_tier,
        current_mrr,
        previous_month_mrr,
        mrr_growth,
        mrr_at_risk,
        health_trend,
        health_trend_30d,
        health_band,
        health_coverage_pct,
        health_version,
        usage_change,
        nps_margin,
        active_customers,
        high_priority_tickets_30d,
        open_tickets,
        users,
        engagement_points,
        users_due_91d,
        users_activated_in_time_91d,
        core_features_adopted,
        core_features_entitled,
        tickets_due_91d,
        tickets_resolved_in_time_91d,
        timed_resolutions_90d,
        resolution_hours_90d,
        device_uptime_minutes_30d,
        device_expected_minutes_30d,
        device_events_30d,
        device_errors_30d,
        nps_answers_90d,
        nps_promoters_90d,
        nps_detractors_90d,
        csat_answers_90d,
        csat_satisfied_90d,
        events_30d,
        events_prev_30d
    from success_days
    where metric_date > {{ add_days(as_of(), 0 - var('entity_history_days')) }}
)

select * from final
