{{ config(materialized='table') }}

-- Written from dbt/catalogue by `npm run docs`: a metric is defined there, once.
with int_customer_success_days as (
    select * from {{ ref('int_customer_success_days') }}
),

final as (
    select
        metric_date,
        is_partial,
        {{ sum_exact('customer_health_score') }} / nullif(count(customer_health_score), 0) as customer_health_score,
        {{ sum_exact('active_customers') }} as active_customers,
        {{ sum_exact('churn_risk_score') }} / nullif(count(churn_risk_score), 0) as churn_risk_score,
        {{ sum_exact('composite_success_score') }} / nullif(count(composite_success_score), 0) as composite_success_score,
        {{ sum_exact('monthly_active_users') }} as monthly_active_users,
        {{ sum_exact('weekly_active_users') }} as weekly_active_users,
        {{ sum_exact('daily_active_users') }} as daily_active_users,
        {{ sum_exact('users_activated_in_time_91d') }} / nullif({{ sum_exact('users_due_91d') }}, 0) as user_activation_rate,
        {{ sum_exact('engagement_points') }} / 3.6 / nullif({{ sum_exact('monthly_active_users') }}, 0) as avg_engagement_score,
        {{ sum_exact('features_adopted') }} / nullif(count(features_adopted), 0) as features_adopted,
        {{ sum_exact('core_features_adopted') }} / nullif({{ sum_exact('core_features_entitled') }}, 0) as core_feature_adoption_rate,
        {{ sum_exact('support_tickets_30d') }} as support_tickets_30d,
        {{ sum_exact('tickets_resolved_in_time_91d') }} / nullif({{ sum_exact('tickets_due_91d') }}, 0) as ticket_resolution_rate,
        {{ sum_exact('resolution_hours_90d') }} / nullif({{ sum_exact('timed_resolutions_90d') }}, 0) as avg_ticket_resolution_hours,
        {{ sum_exact('active_device_count') }} as active_device_count,
        60.0 * {{ sum_exact('device_uptime_minutes_30d') }} / nullif({{ sum_exact('device_expected_minutes_30d') }}, 0) + 40.0 * (1 - coalesce(1.0 * {{ sum_exact('device_errors_30d') }} / nullif({{ sum_exact('device_events_30d') }}, 0), 0)) as avg_device_health_score,
        {{ sum_exact('volume_processed_30d') }} as volume_processed_30d,
        case when sum(nps_answers_90d) >= 30 then 100.0 * ({{ sum_exact('nps_promoters_90d') }} - {{ sum_exact('nps_detractors_90d') }}) / nullif({{ sum_exact('nps_answers_90d') }}, 0) end as nps_score,
        100.0 * {{ sum_exact('csat_satisfied_90d') }} / nullif({{ sum_exact('csat_answers_90d') }}, 0) as csat_score,
        {{ sum_exact('time_to_value_days') }} / nullif(count(time_to_value_days), 0) as time_to_value_days,
        {{ sum_exact('expansion_potential_score') }} / nullif(count(expansion_potential_score), 0) as expansion_potential_score,
        {{ sum_exact('current_mrr') }} as current_mrr,
        {{ sum_exact('mrr_at_risk') }} as mrr_at_risk,
        {{ sum_exact('health_trend') }} / nullif(count(health_trend), 0) as health_trend,
        {{ sum_exact('health_trend_30d') }} / nullif(count(health_trend_30d), 0) as health_trend_30d
    from int_customer_success_days
    where metric_date > {{ add_days(as_of(), 0 - var('company_history_days')) }}
    group by metric_date, is_partial
)

select * from final
