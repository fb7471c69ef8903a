select *
from "main_seeds"."products"
where product_id is null
