select platform, customer_id, user_id, metric_date, count(*) as repeats
from {{ ref('int_user_platform_days') }}
group by platform, customer_id, user_id, metric_date
having count(*) > 1
