select segment_type, segment, metric_date, count(*) as repeats
from {{ ref('int_segment_flow_days') }}
group by segment_type, segment, metric_date
having count(*) > 1
