-- A customer exists from its signup on; churn and upgrade are known from their own day on. Industry, tier and mrr
-- are the current values: `int_customers` prefers the subscription history.
with customers as (
    select * from {{ source('raw', 'customers') }}
),

final as (
    select
        customer_id,
        name,
        lower(trim(industry)) as industry,
        segment,
        plan_tier,
        signup_date,
        mrr,
        {{ known_date('churn_date') }} as churn_date,
        {{ known_date('upgrade_date') }} as upgrade_date,
        csm_id,
        timezone,
        contact_name,
        contact_email,
        is_reference_ok
    from customers
    where signup_date <= {{ as_of() }}
)

select * from final
