select owner_id, metric_date, count(*) as repeats
from {{ ref('int_quota_attainment_days') }}
group by owner_id, metric_date
having count(*) > 1
