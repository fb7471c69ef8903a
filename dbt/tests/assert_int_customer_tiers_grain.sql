select customer_id, valid_from, count(*) as repeats
from {{ ref('int_customer_tiers') }}
group by customer_id, valid_from
having count(*) > 1
