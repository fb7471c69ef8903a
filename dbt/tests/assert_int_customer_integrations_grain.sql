select customer_id, integration_id, count(*) as repeats
from {{ ref('int_customer_integrations') }}
group by customer_id, integration_id
having count(*) > 1
