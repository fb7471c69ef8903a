select customer_id, metric_date, count(*) as repeats
from {{ ref('int_customer_user_days') }}
group by customer_id, metric_date
having count(*) > 1
