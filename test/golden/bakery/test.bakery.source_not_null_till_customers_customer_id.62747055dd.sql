select *
from "till"."till_customers"
where customer_id is null
