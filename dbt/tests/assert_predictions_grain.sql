-- One row per customer, day and model.
select customer_id, as_of, model, count(*) as copies
from {{ ref('predictions') }}
group by customer_id, as_of, model
having count(*) > 1
