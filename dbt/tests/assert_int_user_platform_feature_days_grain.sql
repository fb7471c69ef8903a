select platform, customer_id, user_id, feature_id, metric_date, count(*) as repeats
from {{ ref('int_user_platform_feature_days') }}
group by platform, customer_id, user_id, feature_id, metric_date
having count(*) > 1
