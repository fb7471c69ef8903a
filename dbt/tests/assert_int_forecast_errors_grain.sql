select month, is_company, count(*) as repeats
from {{ ref('int_forecast_errors') }}
group by month, is_company
having count(*) > 1
