-- From its first to its last day a customer has a row for every day.
select customer_id
from {{ ref('int_customer_days') }}
group by customer_id
having count(*) <> {{ days_between('min(metric_date)', 'max(metric_date)') }} + 1
