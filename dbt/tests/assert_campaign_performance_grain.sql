select campaign_id, date, count(*) as repeats
from {{ ref('campaign_performance') }}
group by campaign_id, date
having count(*) > 1
