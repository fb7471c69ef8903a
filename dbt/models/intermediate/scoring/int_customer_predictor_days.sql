{{ config(materialized='incremental', incremental_strategy='append', pre_hook='{{ forget_restated_predictors(this) }}') }}

-- What the two feature marts would have shown with as_of on that day, read from the ledger: a column here has the name,
-- the type and the value of the mart's column. assert_predictors_agree_with_features holds them together.
with restated as (
    select * from {{ ref('int_restated_customers') }}
),

customers as (
    select * from {{ ref('int_customers') }}
),

plan_tiers as (
    select * from {{ ref('plan_tiers') }}
),

days as (
    select * from {{ ref('int_days') }}
),

expansions as (
    select * from {{ ref('int_customer_expansion_spans') }}
),

source_days as (
    select * from {{ ref('int_source_days') }}
),

ledger as (
    {{ restated_rows(ref('int_customer_days'), 'metric_date', 90) }}
),

sources as (
    {{ pivot_source_days(['raw.usage_events', 'raw.support_tickets', 'raw.gtm_opportunities']) }}
),

windows as (
    select
        customer_id,
        metric_date,
        mrr,
        tenure_days,
        plan_tier,
        is_active,
        is_upgraded,
        events_total,
        {{ trailing('events', 30) }} as events_30d,
        {{ trailing('events', 7) }} as events_7d,
        {{ to_float('adoption_score_sum_total') }} / nullif(adoption_scores_total, 0) as avg_adoption_score,
        last_event_date,
        retention_signals_total,
        early_integration_connects_total,
        {{ trailing('tickets', 30) }} as tickets_30d,
        high_priority_tickets_total,
        {{ to_float('resolution_hours_total') }} / nullif(timed_resolutions_total, 0) as avg_resolution_hours,
        {{ trailing('premium_feature_trials', 30) }} as premium_feature_trials_30d,
        {{ trailing('feature_request_tickets', 90) }} as feature_request_tickets_90d
    from ledger
    window customer_days as (partition by customer_id order by metric_date)
),

stated as (
    {{ restated_rows('windows') }}
),

final as (
    select
        stated.customer_id,
        stated.metric_date,
        days.is_month_end,
        stated.is_upgraded,
        stated.mrr,
        stated.tenure_days,
        stated.plan_tier,
        customers.industry,
        cast({{ when_available('raw.usage_events', 'stated.events_total') }} as integer) as total_events,
        cast({{ when_covered('raw.usage_events', 30, 'stated.events_30d', 'stated.metric_date') }} as integer)
            as events_last_30d,
        cast({{ when_covered('raw.usage_events', 7, 'stated.events_7d', 'stated.metric_date') }} as integer)
            as events_last_7d,
        stated.avg_adoption_score,
        {{ days_between('stated.last_event_date', 'stated.metric_date') }} as days_since_last_event,
        cast({{ when_available('raw.usage_events', 'stated.retention_signals_total') }} as integer)
            as retention_signal_count,
        cast({{ when_available('raw.usage_events', 'stated.early_integration_connects_total') }} as integer)
            as integration_connects_first_30d,
        cast({{ when_covered('raw.support_tickets', 30, 'stated.tickets_30d', 'stated.metric_date') }} as integer)
            as tickets_last_30d,
        cast({{ when_available('raw.support_tickets', 'stated.high_priority_tickets_total') }} as integer)
            as high_priority_tickets,
        stated.avg_resolution_hours,
        cast(stated.tenure_days <= 90 as boolean) as is_early_stage,
        cast(
            {{ when_covered('raw.usage_events', 30, 'stated.premium_feature_trials_30d', 'stated.metric_date') }}
            as integer
        ) as premium_feature_trials_30d,
        cast(
            {{ when_covered('raw.support_tickets', 90, 'stated.feature_request_tickets_90d', 'stated.metric_date') }}
            as integer
        ) as feature_request_tickets_90d,
        cast({{ when_available('raw.gtm_opportunities', 'expansions.customer_id is not null') }} as boolean)
            as has_open_expansion_opp,
        {{ when_available(
            'raw.gtm_opportunities',
            to_money('case when expansions.customer_id is null then 0 else expansions.amount end')
        ) }} as expansion_opp_amount,
        {{ tier_ceiling_share('stated.mrr') }} as mrr_tier_ceiling_pct
    from stated
    inner join days on stated.metric_date = days.metric_date
    inner join customers on stated.customer_id = customers.customer_id
    inner join sources on stated.metric_date = sources.metric_date
    left join plan_tiers on stated.plan_tier = plan_tiers.plan_tier
    left join expansions
        on stated.customer_id = expansions.customer_id
        and stated.metric_date >= expansions.valid_from
        and stated.metric_date < expansions.ends_on
    where stated.is_active and (days.days_ago < {{ var('company_history_days') }} or days.is_month_end)
)

select * from final
