select cohort_type, cohort_month, months_since, count(*) as repeats
from {{ ref('cohort_retention') }}
group by cohort_type, cohort_month, months_since
having count(*) > 1
