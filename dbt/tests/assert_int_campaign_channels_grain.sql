select campaign_id, valid_from, count(*) as repeats
from {{ ref('int_campaign_channels') }}
group by campaign_id, valid_from
having count(*) > 1
