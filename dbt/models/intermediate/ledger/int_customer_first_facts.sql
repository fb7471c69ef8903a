-- Some customers use the product, or ask, before they sign.
with event_days as (
    select * from {{ ref('int_customer_event_days') }}
),

ticket_days as (
    select * from {{ ref('int_customer_ticket_days') }}
),

people_days as (
    select * from {{ ref('int_customer_people_days') }}
),

device_days as (
    select * from {{ ref('int_customer_device_days') }}
),

voice_days as (
    select * from {{ ref('int_customer_voice_days') }}
),

facts as (
    select customer_id, metric_date from event_days
    union all
    select customer_id, metric_date from ticket_days
    union all
    select customer_id, metric_date from people_days
    union all
    select customer_id, metric_date from device_days
    union all
    select customer_id, metric_date from voice_days
),

final as (
    select customer_id, min(metric_date) as first_fact_date
    from facts
    group by customer_id
)

select * from final
