select channel, metric_date, count(*) as repeats
from {{ ref('metrics_marketing') }}
group by channel, metric_date
having count(*) > 1
