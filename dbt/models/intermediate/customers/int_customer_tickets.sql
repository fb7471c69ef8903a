with support_tickets as (
    select * from {{ ref('stg_support_tickets') }}
),

customers as (
    select * from {{ ref('int_customers') }}
),

final as (
    select
        tickets.customer_id,
        count(case when tickets.created_date >= {{ window_start_date(30, as_of()) }} then 1 end) as tickets_last_30d,
        count(case when tickets.priority in ('high', 'critical') then 1 end) as high_priority_tickets,
        count(
            case
                when tickets.priority in ('high', 'critical') and tickets.created_date <= customers.reference_date
                    then 1
            end
        ) as high_priority_tickets_by_reference_date,
        count(
            case
                when tickets.topic = 'feature_request' and tickets.created_date >= {{ window_start_date(90, as_of()) }}
                    then 1
            end
        ) as feature_request_tickets_90d,
        avg({{ to_float('tickets.resolution_time') }}) as avg_resolution_hours
    from support_tickets as tickets
    inner join customers on tickets.customer_id = customers.customer_id
    group by tickets.customer_id
)

select * from final
