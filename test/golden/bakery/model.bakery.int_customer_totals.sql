with __dbt__cte__int_orders_paid as (
select *
from "main"."stg_orders"
where status = 'paid'
), orders as (

    select * from __dbt__cte__int_orders_paid

)

select
    customer_id,
    count(*) as paid_orders,
    sum(amount) as paid_amount
from orders
group by customer_id
