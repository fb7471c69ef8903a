select customer_id, user_id, count(*) as repeats
from {{ ref('int_user_keys') }}
group by customer_id, user_id
having count(*) > 1
