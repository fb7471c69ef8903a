select *
from "main"."stg_orders"
where ordered_on > date '2026-03-04'
