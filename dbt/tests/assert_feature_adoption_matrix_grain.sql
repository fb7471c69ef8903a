select feature_id, plan_tier, count(*) as repeats
from {{ ref('feature_adoption_matrix') }}
group by feature_id, plan_tier
having count(*) > 1
