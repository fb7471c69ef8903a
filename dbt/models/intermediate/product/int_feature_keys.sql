{{ config(materialized='incremental', incremental_strategy='append') }}

with restated as (
    select * from {{ ref('int_restated_customers') }}
),

usage_events as (
    {{ restated_rows(ref('stg_usage_events'), utc_date('timestamp')) }}
),

seen as (
    select distinct feature_id from usage_events where feature_id is not null
),

final as (
    select
        cast(
            row_number() over (order by seen.feature_id)
            {%- if is_incremental() %} + (select coalesce(max(feature_key), 0) from {{ this }}){% endif %} as integer
        ) as feature_key,
        seen.feature_id
    from seen
    {%- if is_incremental() %}
    left join {{ this }} as known on seen.feature_id = known.feature_id
    where known.feature_key is null
    {%- endif %}
)

select * from final
