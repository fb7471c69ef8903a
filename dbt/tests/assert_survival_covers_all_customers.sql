with final as (
    select customers.customer_id
    from {{ ref('int_customers') }} as customers
    left join {{ ref('customer_survival') }} as survival on customers.customer_id = survival.customer_id
    where survival.customer_id is null
        or survival.duration_days <> customers.tenure_days
        or survival.event <> case when customers.is_active then 0 else 1 end
)

select * from final
