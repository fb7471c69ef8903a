select channel, metric_date, count(*) as repeats
from {{ ref('int_acquisition_cost_days') }}
group by channel, metric_date
having count(*) > 1
