select opp_id, metric_date, count(*) as repeats
from {{ ref('int_opportunity_days') }}
group by opp_id, metric_date
having count(*) > 1
