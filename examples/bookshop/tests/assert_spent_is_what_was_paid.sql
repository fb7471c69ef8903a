select 1 as fault
from (select sum(spent) as total from {{ ref('buyers') }}) as buyers
cross join (select sum(amount) as total from {{ ref('stg_orders') }} where state = 'paid') as orders
where buyers.total <> orders.total
