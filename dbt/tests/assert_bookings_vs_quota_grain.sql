select owner_id, month, count(*) as repeats
from {{ ref('bookings_vs_quota') }}
group by owner_id, month
having count(*) > 1
