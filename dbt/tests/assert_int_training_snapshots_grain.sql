-- One row per customer and end of month.
select customer_id, metric_date, count(*) as copies
from {{ ref('int_training_snapshots') }}
group by customer_id, metric_date
having count(*) > 1
