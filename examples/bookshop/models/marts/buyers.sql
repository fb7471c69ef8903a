with buyers as (
    select * from {{ ref('stg_buyers') }}
),

orders as (
    select * from {{ ref('stg_orders') }}
),

totals as (
    select
        buyer_id,
        count(*) as orders,
        sum(amount) as spent,
        count(case when amount >= {{ var('large_order') }} then 1 end) as large_orders
    from orders
    where state = 'paid'
    group by buyer_id
),

final as (
    select
        buyers.buyer_id,
        buyers.name,
        coalesce(totals.orders, 0) as orders,
        coalesce(totals.spent, 0) as spent,
        coalesce(totals.large_orders, 0) as large_orders
    from buyers
    left join totals on buyers.buyer_id = totals.buyer_id
)

select * from final
