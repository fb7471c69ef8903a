select owner_id, metric_date, count(*) as repeats
from {{ ref('int_forecast_days') }}
group by owner_id, metric_date
having count(*) > 1
