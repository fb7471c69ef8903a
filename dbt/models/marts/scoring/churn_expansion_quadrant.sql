{{ config(materialized='view') }}

-- Risk against potential: high and critical tiers count as much of it. A customer that has upgraded has no potential of
-- the expansion model's kind; one that is not scored has no quadrant.
with customers as (
    select * from {{ ref('int_customers') }}
),

predictions as (
    select * from {{ ref('predictions') }}
),

scored as (
    select
        customers.customer_id,
        coalesce(customers.name, customers.customer_id) as customer_name,
        {{ as_of() }} as as_of,
        customers.mrr,
        customers.is_upgraded,
        churn.probability as churn_probability,
        churn.tier as churn_tier,
        case when not customers.is_upgraded then expansion.probability end as expansion_probability,
        case when not customers.is_upgraded then expansion.tier end as expansion_tier
    from customers
    left join predictions as churn
        on customers.customer_id = churn.customer_id and churn.as_of = {{ as_of() }} and churn.model = 'churn'
    left join predictions as expansion
        on customers.customer_id = expansion.customer_id
        and expansion.as_of = {{ as_of() }}
        and expansion.model = 'expansion'
    where customers.is_active
),

final as (
    select
        scored.*,
        case
            when churn_tier is null or (expansion_tier is null and not is_upgraded) then null
            when churn_tier in ('high', 'critical') and expansion_tier in ('high', 'critical') then 'save and grow'
            when churn_tier in ('high', 'critical') then 'save'
            when expansion_tier in ('high', 'critical') then 'grow'
            else 'keep'
        end as quadrant
    from scored
)

select * from final
