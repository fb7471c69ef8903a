select month, opportunity_type, stage, age_weeks, weeks, count(*) as repeats
from {{ ref('int_win_counts') }}
group by month, opportunity_type, stage, age_weeks, weeks
having count(*) > 1
