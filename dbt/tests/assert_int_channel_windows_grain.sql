select channel, metric_date, count(*) as repeats
from {{ ref('int_channel_windows') }}
group by channel, metric_date
having count(*) > 1
