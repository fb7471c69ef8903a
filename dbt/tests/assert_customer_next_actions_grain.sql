select customer_id, rule, count(*) as repeats
from {{ ref('customer_next_actions') }}
group by customer_id, rule
having count(*) > 1
