-- The churn mart holds the active customers, all of them and nobody else; the expansion mart those not upgraded.
with customers as (
    select * from {{ ref('int_customers') }}
),

churn as (
    select * from {{ ref('mart_customer_churn_features') }}
),

expansion as (
    select * from {{ ref('mart_customer_expansion_features') }}
),

final as (
    select customers.customer_id
    from customers
    left join churn on customers.customer_id = churn.customer_id
    left join expansion on customers.customer_id = expansion.customer_id
    where customers.is_active <> (churn.customer_id is not null)
        or (customers.is_active and not customers.is_upgraded) <> (expansion.customer_id is not null)
)

select * from final
