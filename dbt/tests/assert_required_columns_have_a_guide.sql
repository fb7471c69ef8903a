-- A column that is unavailable says how to get what is missing.
select model_name, column_name
from {{ ref('metric_availability') }}
where not is_available and (reason is null or how_to_get is null)
