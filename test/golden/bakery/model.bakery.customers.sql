with __dbt__cte__int_orders_paid as (
select *
from "main"."stg_orders"
where status = 'paid'
), __dbt__cte__int_customer_totals as (
with orders as (

    select * from __dbt__cte__int_orders_paid

)

select
    customer_id,
    count(*) as paid_orders,
    sum(amount) as paid_amount
from orders
group by customer_id
), customers as (

    select * from "main"."stg_customers"

),

totals as (

    select * from __dbt__cte__int_customer_totals

),

final as (

    select
        customers.customer_id,
        customers.customer_name,
        coalesce(totals.paid_orders, 0) as paid_orders,
        coalesce(totals.paid_amount, 0) as paid_amount,
        case
        when totals.paid_amount >= 50 then 'large'
        else 'small'
    end as size
    from customers
    left join totals on customers.customer_id = totals.customer_id

)

select * from final
