with orders as (

    select * from "main_seeds"."raw_orders"

),

products as (

    select * from "main_seeds"."products"

),

final as (

    select
        orders.order_id,
        orders.customer_id,
        cast(orders.ordered_on as date) as ordered_on,
        orders.status,
        cast((orders.quantity * products.price_cents) / 100.0 as decimal(16, 2)) as amount
    from orders
    inner join products on orders.product_id = products.product_id

)

select * from final
