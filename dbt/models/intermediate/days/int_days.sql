{{ config(materialized='table') }}

-- Every day there can be something to say of. A figure that must not be added up over days is taken from the last day
-- of its period: the flags say which that is.
with source_watermarks as (
    select * from {{ ref('source_watermarks') }}
),

customers as (
    select * from {{ ref('stg_customers') }}
),

first_days as (
    select {{ utc_date('min(first_event_at)') }} as day from source_watermarks
    union all
    select min(signup_date) as day from customers
    union all
    select {{ as_of() }} as day
),

bounds as (
    select cast(min(day) as timestamp) as first_day, cast({{ as_of() }} as timestamp) as last_day
    from first_days
),

days as (
    {{ generate_days('bounds', 'first_day', 'last_day') }}
),

final as (
    select
        day as metric_date,
        {{ days_between('day', as_of()) }} as days_ago,
        cast(day = cast('{{ run_started_at.strftime('%Y-%m-%d') }}' as date) as boolean) as is_partial,
        cast(day = {{ as_of() }} as boolean) as is_latest,
        cast(day = {{ add_days(dbt.date_trunc('week', 'day'), 6) }} as boolean) as is_week_end,
        cast(day = {{ dbt.last_day('day', 'month') }} as boolean) as is_month_end
    from days
)

select * from final
