{{ config(materialized='table') }}

-- Without a build to go on from there are no changed days, and all days are stated. Days before a signup, and between
-- leaving and coming back, are there from the day on which the customer signs or a period begins.
with customers as (
    select * from {{ ref('stg_customers') }}
),

subscription_periods as (
    select * from {{ ref('stg_subscription_periods') }}
),
{%- if var('continues_from', none) %}

changed_days as (
    select * from {{ source('loads', 'changed_days') }}
),
{%- else %}

changed_days as (
    select
        cast(null as {{ dbt.type_string() }}) as table_name,
        cast(null as {{ dbt.type_string() }}) as customer_id,
        cast(null as date) as first_date
),
{%- endif %}

entries as (
    select customer_id, first_date from changed_days where customer_id is not null
    union all
    select customer_id, {{ no_start() }} from customers where signup_date > {{ continues_from() }}
    union all
    select customer_id, {{ no_start() }} from subscription_periods where valid_from > {{ continues_from() }}
),

earliest as (
    select customer_id, min(first_date) as first_date from entries group by customer_id
),

common as (
    select min(first_date) as first_date
    from changed_days
    where table_name in ('raw.features', 'raw.team_members')
),

known as (
    select customer_id from customers
    union
    select customer_id from earliest
),

final as (
    select
        known.customer_id,
        least(
            {{ continues_from() }},
            coalesce(earliest.first_date, {{ continues_from() }}),
            coalesce(common.first_date, {{ continues_from() }})
        ) as restate_from
    from known
    left join earliest on known.customer_id = earliest.customer_id
    cross join common
)

select * from final
