select model_name, column_name, count(*) as repeats
from {{ ref('metric_availability') }}
group by model_name, column_name
having count(*) > 1
