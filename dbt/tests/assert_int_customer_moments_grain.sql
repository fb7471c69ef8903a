select customer_id, metric, happened_at, value, count(*) as repeats
from {{ ref('int_customer_moments') }}
group by customer_id, metric, happened_at, value
having count(*) > 1
