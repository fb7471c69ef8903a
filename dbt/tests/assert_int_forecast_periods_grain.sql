select owner_id, metric_date, count(*) as repeats
from {{ ref('int_forecast_periods') }}
group by owner_id, metric_date
having count(*) > 1
