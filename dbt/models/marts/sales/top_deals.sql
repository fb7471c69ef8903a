{{ config(materialized='table') }}

with opportunity_days as (
    select * from {{ ref('int_opportunity_days') }}
),

opportunities as (
    select * from {{ ref('int_opportunity_owners') }}
),

sales_days as (
    select * from {{ ref('int_sales_days') }}
),

customers as (
    select * from {{ ref('stg_customers') }}
),

final as (
    select
        row_number() over (
            order by
                case when opportunity_days.amount is null then 1 else 0 end,
                opportunity_days.amount desc,
                opportunity_days.opp_id
        ) as deal_rank,
        opportunity_days.opp_id,
        opportunities.opportunity_type,
        opportunities.customer_id,
        customers.name as customer_name,
        opportunity_days.owner_id,
        sales_days.owner_name,
        opportunity_days.stage,
        opportunity_days.amount,
        {{ days_between('opportunities.created_on', as_of()) }} as age_days,
        {{ days_between('opportunity_days.stage_entered_on', as_of()) }} as days_in_stage,
        opportunity_days.expected_close_date,
        opportunity_days.is_expected_close_estimated,
        opportunity_days.last_activity_on,
        opportunity_days.is_stalled
    from opportunity_days
    inner join opportunities on opportunity_days.opp_id = opportunities.opp_id
    left join sales_days
        on opportunity_days.owner_id = sales_days.owner_id
        and opportunity_days.metric_date = sales_days.metric_date
    left join customers on opportunities.customer_id = customers.customer_id
    where opportunity_days.metric_date = {{ as_of() }}
)

select * from final
