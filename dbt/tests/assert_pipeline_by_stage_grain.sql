select stage, metric_date, count(*) as repeats
from {{ ref('pipeline_by_stage') }}
group by stage, metric_date
having count(*) > 1
