{{ config(materialized='table') }}

-- An open expansion opportunity adds one from the day it is open, and its amount from the day that is known, until its
-- stage changes. What is open on a day is the sum of what came and went by then.
with stages as (
    select * from {{ ref('int_opportunity_stages') }}
),

owners as (
    select * from {{ ref('int_opportunity_owners') }}
),

open_stages as (
    select
        owners.customer_id,
        stages.valid_from,
        coalesce(stages.valid_to, {{ no_end() }}) as ends_on,
        stages.amount,
        coalesce(stages.amount_known_from, {{ no_end() }}) as amount_from
    from stages
    inner join owners on stages.opp_id = owners.opp_id
    where stages.is_open and owners.opportunity_type = 'expansion' and owners.customer_id is not null
),

changes as (
    select customer_id, valid_from as metric_date, 1 as opened, 0 as valued, {{ to_money(0) }} as amount
    from open_stages
    union all
    select customer_id, ends_on, -1, 0, {{ to_money(0) }}
    from open_stages
    union all
    select customer_id, amount_from, 0, 1, {{ to_money('amount') }}
    from open_stages
    where amount_from < ends_on
    union all
    select customer_id, ends_on, 0, -1, {{ to_money('-amount') }}
    from open_stages
    where amount_from < ends_on
),

moves as (
    select customer_id, metric_date, sum(opened) as opened, sum(valued) as valued, sum(amount) as amount
    from changes
    group by customer_id, metric_date
),

totals as (
    select
        customer_id,
        metric_date as valid_from,
        lead(metric_date) over customer_life as ends_on,
        sum(opened) over customer_life as open_expansions,
        sum(valued) over customer_life as valued_expansions,
        sum(amount) over customer_life as amount
    from moves
    window customer_life as (partition by customer_id order by metric_date)
),

final as (
    select
        customer_id,
        valid_from,
        coalesce(ends_on, {{ no_end() }}) as ends_on,
        cast(open_expansions as integer) as open_expansions,
        case when valued_expansions > 0 then {{ to_money('amount') }} end as amount
    from totals
    where open_expansions > 0
)

select * from final
