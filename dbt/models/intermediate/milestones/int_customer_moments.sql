{{ config(materialized='table') }}

-- Moments at which a figure of a customer changed, for figures that change seldom: a milestone is the first of them at which
-- the value passes a threshold. Figures that change daily are in the ledger. Goals, expansions and integrations count up
-- from nothing; what a customer signs for is no growth, so its first MRR has nothing before it.
with success_goals as (
    select * from {{ ref('stg_success_goals') }}
),

spans as (
    select * from {{ ref('int_subscription_spans') }}
),

customers as (
    select * from {{ ref('int_customers') }}
),

customer_tiers as (
    select * from {{ ref('int_customer_tiers') }}
),

integrations as (
    select * from {{ ref('int_customer_integrations') }}
),

goal_metrics as (
    select 'goals' as metric, cast(null as {{ dbt.type_string() }}) as goal_type
    union all select 'certifications', 'certification'
    union all select 'roi_goals', 'roi'
    union all select 'success_goals', 'kpi'
    union all select 'success_goals', 'custom'
),

counted as (
    select
        success_goals.customer_id,
        goal_metrics.metric,
        success_goals.achieved_at as happened_at,
        'event' as moment_precision,
        success_goals.goal_id as source_id
    from success_goals
    inner join goal_metrics
        on goal_metrics.goal_type = success_goals.goal_type or goal_metrics.goal_type is null
    where success_goals.achieved_at is not null
    union all
    select customer_id, 'expansions', {{ utc_midnight('valid_from') }}, 'day', subscription_id
    from spans
    where change_type = 'expansion'
    union all
    select customer_id, 'expansions', {{ utc_midnight('upgrade_date') }}, 'day', customer_id
    from customers
    where state_source = 'customers' and upgrade_date is not null
    union all
    select customer_id, 'integrations', connected_at, 'event', integration_id from integrations
),

valued as (
    select
        customer_id,
        metric,
        happened_at,
        moment_precision,
        {{ to_float('row_number() over (partition by customer_id, metric order by happened_at, source_id)') }} as value
    from counted
    union all
    select customer_id, 'integration_share', connected_at, 'event', {{ ratio('connected', 'offered') }}
    from integrations
    union all
    select customer_id, 'mrr', {{ utc_midnight('valid_from') }}, 'day', {{ to_float('mrr') }}
    from customer_tiers
    where is_active
),

final as (
    select
        *,
        coalesce(
            max(value) over (
                partition by customer_id, metric
                order by happened_at, value
                rows between unbounded preceding and 1 preceding
            ),
            case when metric <> 'mrr' then 0 end
        ) as highest_before
    from valued
    where customer_id in (select customer_id from customers)
)

select * from final
