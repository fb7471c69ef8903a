select metric_date, plan_tier, user_segment, count(*) as repeats
from {{ ref('user_segments') }}
group by metric_date, plan_tier, user_segment
having count(*) > 1
