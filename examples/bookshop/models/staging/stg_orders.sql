with orders as (
    select * from {{ ref('raw_orders') }}
),

final as (
    select
        id as order_id,
        buyer_id,
        ordered_on,
        {{ cents_to_money('cents') }} as amount,
        state
    from orders
)

select * from final
