select channel, attribution_model, count(*) as repeats
from {{ ref('channel_attribution') }}
group by channel, attribution_model
having count(*) > 1
