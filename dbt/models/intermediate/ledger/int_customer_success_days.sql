{{ config(materialized='incremental', incremental_strategy='append', pre_hook=['{{ forget_restated(this) }}', '{{ forget_old_scores(this) }}']) }}

-- What the score step of a build makes the scores from.
-- depends_on: {{ ref('int_customer_predictor_days') }}, {{ ref('int_training_snapshots') }}, {{ ref('customer_usage_decay') }}

-- Every metric of customer success on every day on which a customer had a contract. What a model says of a day is that day's
-- own score; days older than the company's history are scored at the ends of months only.
with restated as (
    select * from {{ ref('int_restated_customers') }}
),

health_days as (
    select * from {{ ref('int_customer_health_days') }}
),

rates as (
    select * from {{ ref('int_customer_rates') }}
),

customers as (
    select * from {{ ref('int_customer_profiles') }}
),

days as (
    select * from {{ ref('int_days') }}
),

scores as (
    {{ restated_rows(source('scoring', 'scores')) }}
),

stated as (
    {{ restated_rows('health_days') }}
),

trends as (
    select
        stated.customer_id, stated.metric_date, stated.customer_health_score, stated.health_band,
        stated.health_coverage_pct, stated.health_version,
        day_ago.customer_health_score as day_ago_score,
        month_ago.customer_health_score as month_ago_score
    from stated
    left join health_days as day_ago
        on stated.customer_id = day_ago.customer_id
        and day_ago.metric_date = {{ add_days('stated.metric_date', -1) }}
    left join health_days as month_ago
        on stated.customer_id = month_ago.customer_id
        and month_ago.metric_date = {{ add_days('stated.metric_date', -30) }}
),

scored as (
    select scores.*
    from scores
    inner join days on scores.metric_date = days.metric_date
    where days.days_ago < {{ var('company_history_days') }} or days.is_month_end
),

final as (
    select
        days.metric_date,
        customers.customer_id,
        coalesce(customers.name, customers.customer_id) as customer_name,
        days.is_partial,
        days.is_latest,
        days.is_week_end,
        days.is_month_end,
        rates.plan_tier,
        customers.industry,
        customers.segment,
        customers.csm_id,
        customers.csm_name,
        rates.tenure_days,
        trends.customer_health_score,
        100 * churn.probability as churn_risk_score,
        churn.tier as churn_tier,
        0.5 * trends.customer_health_score
            + 0.3 * (100 - 100 * churn.probability)
            + 0.2 * 100 * rates.avg_adoption_score as composite_success_score,
        rates.monthly_active_users,
        rates.weekly_active_users,
        rates.daily_active_users,
        rates.user_activation_rate,
        rates.avg_engagement_score,
        rates.features_adopted,
        rates.core_feature_adoption_rate,
        rates.tickets_30d as support_tickets_30d,
        rates.ticket_resolution_rate,
        rates.avg_ticket_resolution_hours,
        rates.active_device_count,
        rates.avg_device_health_score,
        case when rates.device_readings_30d > 0 then {{ to_float('rates.volume_processed_30d') }} end as volume_processed_30d,
        rates.nps_score,
        rates.csat_score,
        case when customers.first_value_on <= days.metric_date then customers.time_to_value_days end
            as time_to_value_days,
        case when not rates.is_upgraded then 100 * expansion.probability end as expansion_potential_score,
        case when not rates.is_upgraded then expansion.tier end as expansion_tier,
        rates.mrr as current_mrr,
        month_before.mrr as previous_month_mrr,
        100 * {{ to_float('rates.mrr - month_before.mrr') }} / nullif({{ to_float('month_before.mrr') }}, 0)
            as mrr_growth,
        {{ to_float('rates.mrr') }} * churn.probability as mrr_at_risk,
        trends.customer_health_score - trends.day_ago_score as health_trend,
        trends.customer_health_score - trends.month_ago_score as health_trend_30d,
        trends.health_band,
        trends.health_coverage_pct,
        trends.health_version,
        rates.usage_change,
        {{ nps_margin('rates.nps_promoters_90d', 'rates.nps_detractors_90d', 'rates.nps_answers_90d') }} as nps_margin,
        cast(1 as bigint) as active_customers,
        rates.high_priority_tickets_30d,
        rates.open_tickets,
        rates.users,
        rates.engagement_points,
        rates.users_due_91d,
        rates.users_activated_in_time_91d,
        rates.core_features_adopted,
        rates.core_features_entitled,
        rates.tickets_due_91d,
        rates.tickets_resolved_in_time_91d,
        rates.timed_resolutions_90d,
        rates.resolution_hours_90d,
        rates.device_uptime_minutes_30d,
        rates.device_expected_minutes_30d,
        rates.device_events_30d,
        rates.device_errors_30d,
        rates.nps_answers_90d,
        rates.nps_promoters_90d,
        rates.nps_detractors_90d,
        rates.csat_answers_90d,
        rates.csat_satisfied_90d,
        rates.events_30d,
        rates.events_prev_30d
    from trends
    inner join days on trends.metric_date = days.metric_date
    inner join rates on trends.customer_id = rates.customer_id and trends.metric_date = rates.metric_date
    inner join customers on trends.customer_id = customers.customer_id
    left join scored as churn
        on trends.customer_id = churn.customer_id and trends.metric_date = churn.metric_date and churn.model = 'churn'
    left join scored as expansion
        on trends.customer_id = expansion.customer_id and trends.metric_date = expansion.metric_date and expansion.model = 'expansion'
    left join rates as month_before
        on trends.customer_id = month_before.customer_id
        and month_before.metric_date = cast({{ dbt.dateadd('month', -1, 'trends.metric_date') }} as date)
)

select * from final
