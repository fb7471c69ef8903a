select user_key, metric_date, count(*) as repeats
from {{ ref('int_user_days') }}
group by user_key, metric_date
having count(*) > 1
