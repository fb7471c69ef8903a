select customer_id, user_id, metric_date, count(*) as repeats
from {{ ref('int_user_days') }}
group by customer_id, user_id, metric_date
having count(*) > 1
