select metric_date, domain, entity_id, metric_name, count(*) as copies
from {{ ref('metrics_unified_domains') }}
group by metric_date, domain, entity_id, metric_name
having count(*) > 1
