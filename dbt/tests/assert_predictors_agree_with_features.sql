-- The rows of as_of are those of the two feature marts, cell by cell: the marts count from the events, these rows come
-- from the ledger.
{%- set shared = [
    'mrr', 'tenure_days', 'plan_tier', 'industry', 'total_events', 'events_last_30d', 'events_last_7d',
    'avg_adoption_score', 'days_since_last_event', 'retention_signal_count', 'integration_connects_first_30d',
    'tickets_last_30d', 'high_priority_tickets', 'avg_resolution_hours', 'is_early_stage'
] %}
{%- set beyond = [
    'premium_feature_trials_30d', 'feature_request_tickets_90d', 'has_open_expansion_opp',
    'expansion_opp_amount', 'mrr_tier_ceiling_pct'
] %}
{%- set marts = [
    ['mart_customer_churn_features', shared, 'true'],
    ['mart_customer_expansion_features', shared + beyond, 'not is_upgraded']
] %}
with predictors as (
    select * from {{ ref('int_customer_predictor_days') }} where metric_date = {{ as_of() }}
),

differing as (
    {%- for mart, columns, condition in marts %}
    select '{{ mart }}' as mart, coalesce(features.customer_id, predictors.customer_id) as customer_id
    from {{ ref(mart) }} as features
    full outer join (select * from predictors where {{ condition }}) as predictors
        on features.customer_id = predictors.customer_id
    where features.customer_id is null
        or predictors.customer_id is null
        {%- for column in columns %}
        or features.{{ column }} is distinct from predictors.{{ column }}
        {%- endfor %}
    {%- if not loop.last %}
    union all
    {%- endif %}
    {%- endfor %}
)

select * from differing
