{{ config(severity='warn') }}

select overrides.customer_id
from {{ ref('int_health_overrides') }} as overrides
left join {{ ref('int_customers') }} as customers on overrides.customer_id = customers.customer_id
where customers.customer_id is null
