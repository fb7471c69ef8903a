select month, weeks, count(*) as repeats
from {{ ref('int_new_deal_rates') }}
group by month, weeks
having count(*) > 1
