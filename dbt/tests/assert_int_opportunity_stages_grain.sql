select opp_id, valid_from, count(*) as repeats
from {{ ref('int_opportunity_stages') }}
group by opp_id, valid_from
having count(*) > 1
