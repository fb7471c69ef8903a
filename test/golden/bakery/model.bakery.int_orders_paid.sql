select *
from "main"."stg_orders"
where status = 'paid'
