-- What is said of a customer beside its figures.
with customers as (
    select * from {{ ref('int_customers') }}
),

team_members as (
    select * from {{ ref('stg_team_members') }}
),

success_goals as (
    select * from {{ ref('stg_success_goals') }}
),

first_values as (
    select customer_id, {{ utc_date('min(achieved_at)') }} as first_value_on
    from success_goals
    where goal_type = 'first_value' and achieved_at is not null
    group by customer_id
),

final as (
    select
        customers.customer_id,
        customers.name,
        customers.industry,
        customers.segment,
        customers.csm_id,
        team_members.name as csm_name,
        customers.signup_date,
        first_values.first_value_on,
        {{ days_between('customers.signup_date', 'first_values.first_value_on') }} as time_to_value_days
    from customers
    left join team_members on customers.csm_id = team_members.member_id
    left join first_values on customers.customer_id = first_values.customer_id
)

select * from final
