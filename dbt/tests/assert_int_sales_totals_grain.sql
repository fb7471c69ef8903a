select owner_id, metric_date, count(*) as repeats
from {{ ref('int_sales_totals') }}
group by owner_id, metric_date
having count(*) > 1
