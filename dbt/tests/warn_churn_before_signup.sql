{{ config(severity='warn') }}

select customer_id, signup_date, churn_date
from {{ ref('int_customers') }}
where churn_date < signup_date
