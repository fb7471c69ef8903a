select segment_id, metric_date, count(*) as repeats
from {{ ref('metrics_product_analytics') }}
group by segment_id, metric_date
having count(*) > 1
