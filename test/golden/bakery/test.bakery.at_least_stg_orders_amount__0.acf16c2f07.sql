select *
from (select * from "main"."stg_orders" where status <> 'returned') dbt_subquery
where amount < 0
