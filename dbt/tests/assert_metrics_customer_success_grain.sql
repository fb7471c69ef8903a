-- One row per customer and day.
select customer_id, metric_date, count(*) as copies
from {{ ref('metrics_customer_success') }}
group by customer_id, metric_date
having count(*) > 1
