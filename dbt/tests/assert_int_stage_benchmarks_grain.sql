select stage, month, count(*) as repeats
from {{ ref('int_stage_benchmarks') }}
group by stage, month
having count(*) > 1
