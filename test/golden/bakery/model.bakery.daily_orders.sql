select
    ordered_on,
    date_trunc('month', ordered_on) as month,
    count(case when status = 'paid' then 1 end) as paid_orders,
    count(case when status = 'returned' then 1 end) as returned_orders,
    count(*) as orders
from "main"."stg_orders"
group by ordered_on
