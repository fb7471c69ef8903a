{{ config(materialized='table') }}

-- Events are counted by row. An API call is nobody's use, even where a user is named.
with usage_events as (
    select * from {{ ref('stg_usage_events') }}
),

final as (
    select
        customer_id,
        user_id,
        feature_id,
        {{ utc_date('timestamp') }} as metric_date,
        cast(count(*) as integer) as uses
    from usage_events
    where user_id is not null and feature_id is not null and event_type <> 'api_call'
    group by customer_id, user_id, feature_id, {{ utc_date('timestamp') }}
)

select * from final
