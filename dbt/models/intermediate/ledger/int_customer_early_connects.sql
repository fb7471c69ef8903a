{{ config(materialized='table') }}

-- Connections of the first 30 days of a customer: up to the moment exactly 30 days after the signup date began, and those
-- of a trial before it.
with integration_connects as (
    select customer_id, timestamp
    from {{ ref('stg_usage_events') }}
    where event_type = 'integration_connect'
),

customers as (
    select * from {{ ref('stg_customers') }}
),

first_months as (
    select
        customer_id,
        {{ utc_midnight(add_days('signup_date', 30)) }} as ends_at
    from customers
),

final as (
    select
        integration_connects.customer_id,
        {{ utc_date('integration_connects.timestamp') }} as metric_date,
        count(*) as early_integration_connects
    from integration_connects
    inner join first_months
        on integration_connects.customer_id = first_months.customer_id
        and integration_connects.timestamp <= first_months.ends_at
    group by integration_connects.customer_id, {{ utc_date('integration_connects.timestamp') }}
)

select * from final
