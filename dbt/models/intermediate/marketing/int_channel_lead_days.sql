{{ config(materialized='table') }}

-- Whether a lead became an MQL within 30 days is known 30 days after it was created: it is counted then, as aged.
-- A customer is one of its first converted lead, counted when both the signup and that lead's conversion are known.
with leads as (
    select * from {{ ref('int_lead_channels') }}
),

customers as (
    select * from {{ ref('stg_customers') }}
),

ranked_leads as (
    select
        *,
        row_number() over (partition by customer_id order by converted_date, lead_id) as customer_lead_number
    from leads
    where customer_id is not null and converted_date is not null
),

happenings as (
    select
        channel,
        created_date as date,
        1 as leads_created,
        0 as mqls,
        0 as aged_leads,
        0 as aged_leads_to_mql,
        0 as customers_won
    from leads
    union all
    select channel, mql_date, 0, 1, 0, 0, 0
    from leads
    where mql_date is not null
    union all
    select
        channel,
        {{ add_days('created_date', 30) }},
        0,
        0,
        1,
        case when mql_date <= {{ add_days('created_date', 30) }} then 1 else 0 end,
        0
    from leads
    where {{ add_days('created_date', 30) }} <= {{ as_of() }}
    union all
    select ranked_leads.channel, greatest(customers.signup_date, ranked_leads.converted_date), 0, 0, 0, 0, 1
    from ranked_leads
    inner join customers on ranked_leads.customer_id = customers.customer_id
    where ranked_leads.customer_lead_number = 1
),

final as (
    select
        channel,
        date as metric_date,
        cast(sum(leads_created) as bigint) as leads_created,
        cast(sum(mqls) as bigint) as mqls,
        cast(sum(aged_leads) as bigint) as aged_leads,
        cast(sum(aged_leads_to_mql) as bigint) as aged_leads_to_mql,
        cast(sum(customers_won) as bigint) as customers_won
    from happenings
    group by channel, date
)

select * from final
