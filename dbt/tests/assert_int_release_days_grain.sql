select feature_id, customer_id, metric_date, count(*) as repeats
from {{ ref('int_release_days') }}
group by feature_id, customer_id, metric_date
having count(*) > 1
