select metric_date, domain, metric_name, count(*) as copies
from {{ ref('metrics_api') }}
group by metric_date, domain, metric_name
having count(*) > 1
