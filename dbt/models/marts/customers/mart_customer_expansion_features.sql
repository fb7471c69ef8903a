{{ config(indexes=[{'columns': ['customer_id'], 'unique': true}]) }}

with churn_features as (
    select * from {{ ref('mart_customer_churn_features') }}
),

customers as (
    select * from {{ ref('int_customers') }}
),

usage as (
    select * from {{ ref('int_customer_usage') }}
),

tickets as (
    select * from {{ ref('int_customer_tickets') }}
),

opportunities as (
    select * from {{ ref('stg_gtm_opportunities') }}
),

plan_tiers as (
    select * from {{ ref('plan_tiers') }}
),

source_watermarks as (
    select * from {{ ref('source_watermarks') }}
),

sources as (
    {{ pivot_watermarks(['raw.usage_events', 'raw.support_tickets', 'raw.gtm_opportunities']) }}
),

open_expansions as (
    select customer_id, {{ to_money('sum(amount)') }} as amount
    from opportunities
    where is_open and opportunity_type = 'expansion'
    group by customer_id
),

final as (
    select
        churn_features.customer_id, churn_features.mrr, churn_features.tenure_days,
        churn_features.plan_tier, churn_features.industry, churn_features.total_events,
        churn_features.events_last_30d, churn_features.events_last_7d, churn_features.avg_adoption_score,
        churn_features.days_since_last_event, churn_features.retention_signal_count,
        churn_features.integration_connects_first_30d, churn_features.tickets_last_30d,
        churn_features.high_priority_tickets, churn_features.avg_resolution_hours,
        churn_features.is_early_stage,
        cast(
            {{ when_window_known('raw.usage_events', 30, 'coalesce(usage.premium_feature_trials_30d, 0)') }} as integer
        ) as premium_feature_trials_30d,
        cast(
            {{ when_window_known('raw.support_tickets', 90, 'coalesce(tickets.feature_request_tickets_90d, 0)') }}
            as integer
        ) as feature_request_tickets_90d,
        cast({{ when_available('raw.gtm_opportunities', 'open_expansions.customer_id is not null') }} as boolean)
            as has_open_expansion_opp,
        {{ when_available(
            'raw.gtm_opportunities',
            to_money('case when open_expansions.customer_id is null then 0 else open_expansions.amount end')
        ) }} as expansion_opp_amount,
        {{ tier_ceiling_share('churn_features.mrr') }} as mrr_tier_ceiling_pct
    from churn_features
    inner join customers on churn_features.customer_id = customers.customer_id
    left join usage on churn_features.customer_id = usage.customer_id
    left join tickets on churn_features.customer_id = tickets.customer_id
    left join open_expansions on churn_features.customer_id = open_expansions.customer_id
    left join plan_tiers on churn_features.plan_tier = plan_tiers.plan_tier
    cross join sources
    where not customers.is_upgraded
)

select * from final
