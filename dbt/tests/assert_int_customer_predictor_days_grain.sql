-- One row per customer and day.
select customer_id, metric_date, count(*) as copies
from {{ ref('int_customer_predictor_days') }}
group by customer_id, metric_date
having count(*) > 1
