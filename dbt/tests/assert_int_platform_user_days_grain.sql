select platform, metric_date, count(*) as repeats
from {{ ref('int_platform_user_days') }}
group by platform, metric_date
having count(*) > 1
