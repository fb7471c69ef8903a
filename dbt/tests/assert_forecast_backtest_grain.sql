select owner_id, metric_date, count(*) as repeats
from {{ ref('forecast_backtest') }}
group by owner_id, metric_date
having count(*) > 1
