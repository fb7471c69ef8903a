select user_key, platform, metric_date, count(*) as repeats
from {{ ref('int_user_platform_days') }}
group by user_key, platform, metric_date
having count(*) > 1
