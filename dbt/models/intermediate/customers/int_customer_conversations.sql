-- Who spoke last: the team's latest contact, the latest detractor, the urgent tickets that are open.
with customers as (
    select * from {{ ref('int_customers') }}
),

sales_activities as (
    select * from {{ ref('stg_sales_activities') }}
),

survey_responses as (
    select * from {{ ref('stg_survey_responses') }}
),

support_tickets as (
    select * from {{ ref('stg_support_tickets') }}
),

contacts as (
    select customer_id, max(occurred_at) as last_contact_at
    from sales_activities
    group by customer_id
),

detractors as (
    select
        customer_id,
        responded_at,
        score,
        row_number() over (partition by customer_id order by responded_at desc, response_id) as place
    from survey_responses
    where survey_type = 'nps' and score <= 6 and responded_at is not null
),

urgent_tickets as (
    select customer_id, count(*) as open_high_priority_tickets, min(created_date) as oldest_open_date
    from support_tickets
    where is_open and priority in ('high', 'critical')
    group by customer_id
),

final as (
    select
        customers.customer_id,
        contacts.last_contact_at,
        detractors.responded_at as last_detractor_at,
        detractors.score as last_detractor_score,
        coalesce(urgent_tickets.open_high_priority_tickets, 0) as open_high_priority_tickets,
        urgent_tickets.oldest_open_date
    from customers
    left join contacts on customers.customer_id = contacts.customer_id
    left join detractors on customers.customer_id = detractors.customer_id and detractors.place = 1
    left join urgent_tickets on customers.customer_id = urgent_tickets.customer_id
)

select * from final
