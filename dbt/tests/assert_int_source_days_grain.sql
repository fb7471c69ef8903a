-- One row per source and day.
select source_name, metric_date, count(*) as copies
from {{ ref('int_source_days') }}
group by source_name, metric_date
having count(*) > 1
