select experiment_id, variant, count(*) as repeats
from {{ ref('experiment_results') }}
group by experiment_id, variant
having count(*) > 1
