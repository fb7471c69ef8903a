select channel, metric_date, count(*) as repeats
from {{ ref('int_channel_days') }}
group by channel, metric_date
having count(*) > 1
