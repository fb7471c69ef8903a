select user_key, metric_date, count(*) as repeats
from {{ ref('int_user_segments') }}
group by user_key, metric_date
having count(*) > 1
