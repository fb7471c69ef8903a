select owner_id, metric_date, count(*) as repeats
from {{ ref('metrics_sales') }}
group by owner_id, metric_date
having count(*) > 1
