select owner_type, owner_id, metric_date, until_date, count(*) as repeats
from {{ ref('int_user_flows') }}
group by owner_type, owner_id, metric_date, until_date
having count(*) > 1
