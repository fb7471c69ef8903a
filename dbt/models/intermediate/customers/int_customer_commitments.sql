-- What was agreed with a customer: the next end of a contract term, seats, first value, open expansions.
with customers as (
    select * from {{ ref('int_customers') }}
),

spans as (
    select * from {{ ref('int_subscription_spans') }}
),

subscription_periods as (
    select * from {{ ref('stg_subscription_periods') }}
),

success_goals as (
    select * from {{ ref('stg_success_goals') }}
),

opportunities as (
    select * from {{ ref('stg_gtm_opportunities') }}
),

contracts as (
    select
        spans.customer_id,
        min(case when spans.term_end >= {{ as_of() }} then spans.term_end end) as next_term_end,
        cast(sum(periods.seats) as bigint) as seats
    from spans
    inner join subscription_periods as periods
        on spans.subscription_id = periods.subscription_id
        and spans.customer_id = periods.customer_id
        and spans.valid_from = periods.valid_from
    where spans.ends_on > {{ as_of() }}
    group by spans.customer_id
),

goals as (
    select
        customer_id,
        cast(count(achieved_at) > 0 as boolean) as has_first_value,
        min(target_date) as first_value_due_on
    from success_goals
    where goal_type = 'first_value'
    group by customer_id
),

expansions as (
    select customer_id, count(*) as open_expansions
    from opportunities
    where is_open and opportunity_type = 'expansion'
    group by customer_id
),

final as (
    select
        customers.customer_id,
        contracts.next_term_end,
        contracts.seats,
        goals.has_first_value,
        goals.first_value_due_on,
        coalesce(expansions.open_expansions, 0) as open_expansions
    from customers
    left join contracts on customers.customer_id = contracts.customer_id
    left join goals on customers.customer_id = goals.customer_id
    left join expansions on customers.customer_id = expansions.customer_id
)

select * from final
