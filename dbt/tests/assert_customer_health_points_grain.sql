select customer_id, component, count(*) as repeats
from {{ ref('customer_health_points') }}
group by customer_id, component
having count(*) > 1
