select segment_type, segment, metric_date, until_date, count(*) as repeats
from {{ ref('int_product_flows') }}
group by segment_type, segment, metric_date, until_date
having count(*) > 1
