{{ config(materialized='incremental', incremental_strategy='append') }}

-- Numbers are grouped and sorted in a fraction of the time that the two texts take. A user keeps the number until all
-- days are built anew.
with restated as (
    select * from {{ ref('int_restated_customers') }}
),

usage_events as (
    {{ restated_rows(ref('stg_usage_events'), utc_date('timestamp')) }}
),

product_sessions as (
    {{ restated_rows(ref('stg_product_sessions'), utc_date('started_at')) }}
),

seen as (
    select customer_id, user_id from usage_events where user_id is not null
    union
    select customer_id, user_id from product_sessions where user_id is not null
    {%- if is_incremental() %}
    except
    select customer_id, user_id from {{ this }}
    {%- endif %}
),

numbered as (
    select
        cast(
            row_number() over (order by customer_id, user_id)
            {%- if is_incremental() %} + (select coalesce(max(user_key), 0) from {{ this }}){% endif %} as integer
        ) as user_key,
        customer_id,
        user_id
    from seen
),

final as (
    select
        numbered.user_key,
        {%- if is_incremental() %}
        coalesce(
            (select min(known.customer_key) from {{ this }} as known where known.customer_id = numbered.customer_id),
            min(numbered.user_key) over (partition by numbered.customer_id)
        ) as customer_key,
        {%- else %}
        min(numbered.user_key) over (partition by numbered.customer_id) as customer_key,
        {%- endif %}
        numbered.customer_id,
        numbered.user_id
    from numbered
)

select * from final
