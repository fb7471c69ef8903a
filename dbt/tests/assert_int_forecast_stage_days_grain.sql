select owner_id, metric_date, stage, count(*) as repeats
from {{ ref('int_forecast_stage_days') }}
group by owner_id, metric_date, stage
having count(*) > 1
