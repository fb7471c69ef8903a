{{ config(materialized='table') }}

-- What was known of a customer at the end of a month, and what became of it in the 90 days after. A customer that left and
-- came back has left: so leaving is read from the days without a contract, not from churn_date, which a return clears.
-- The labels of a snapshot become known together, when its 90 days are over.
with predictor_days as (
    select * from {{ ref('int_customer_predictor_days') }}
),

customers as (
    select * from {{ ref('int_customers') }}
),

customer_tiers as (
    select * from {{ ref('int_customer_tiers') }}
),

spans as (
    select * from {{ ref('int_subscription_spans') }}
),

snapshots as (
    select *, {{ add_days('metric_date', 90) }} as labelled_on
    from predictor_days
    where is_month_end
),

turns as (
    select customer_id, 'churn' as turn, valid_from as turned_on from customer_tiers where not is_active
    union all
    select customer_id, 'expansion', valid_from from spans where change_type = 'expansion'
    union all
    select customer_id, 'expansion', upgrade_date from customers where upgrade_date is not null
),

outcomes as (
    select
        snapshots.customer_id,
        snapshots.metric_date,
        count(case when turns.turn = 'churn' then 1 end) > 0 as is_churned,
        count(case when turns.turn = 'expansion' then 1 end) > 0 as is_expanded
    from snapshots
    inner join turns
        on snapshots.customer_id = turns.customer_id
        and snapshots.metric_date < turns.turned_on
        and snapshots.labelled_on >= turns.turned_on
    group by snapshots.customer_id, snapshots.metric_date
),

final as (
    select
        snapshots.customer_id,
        snapshots.metric_date,
        {%- for column in [
            'mrr', 'tenure_days', 'plan_tier', 'industry', 'total_events', 'events_last_30d', 'events_last_7d',
            'avg_adoption_score', 'days_since_last_event', 'retention_signal_count', 'integration_connects_first_30d',
            'tickets_last_30d', 'high_priority_tickets', 'avg_resolution_hours', 'is_early_stage',
            'premium_feature_trials_30d', 'feature_request_tickets_90d', 'has_open_expansion_opp',
            'expansion_opp_amount', 'mrr_tier_ceiling_pct'
        ] %}
        snapshots.{{ column }},
        {%- endfor %}
        not snapshots.is_upgraded as is_expansion_candidate,
        cast(case when snapshots.labelled_on <= {{ as_of() }} then coalesce(outcomes.is_churned, false) end as boolean)
            as churned_in_90d,
        cast(case when snapshots.labelled_on <= {{ as_of() }} then coalesce(outcomes.is_expanded, false) end as boolean)
            as expanded_in_90d
    from snapshots
    left join outcomes
        on snapshots.customer_id = outcomes.customer_id
        and snapshots.metric_date = outcomes.metric_date
)

select * from final
