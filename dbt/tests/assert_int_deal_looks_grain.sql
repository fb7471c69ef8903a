select opp_id, looked_on, count(*) as repeats
from {{ ref('int_deal_looks') }}
group by opp_id, looked_on
having count(*) > 1
