select customer_id, platform, metric_date, count(*) as repeats
from {{ ref('int_session_days') }}
group by customer_id, platform, metric_date
having count(*) > 1
