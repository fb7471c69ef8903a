select user_key, feature_key, platform, metric_date, count(*) as repeats
from {{ ref('int_user_event_days') }}
group by user_key, feature_key, platform, metric_date
having count(*) > 1
