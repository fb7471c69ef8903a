{{ config(materialized='table') }}

with usage_events as (
    select * from {{ ref('stg_usage_events') }}
),

dated as (
    select customer_id, feature_id, {{ utc_date('timestamp') }} as metric_date
    from usage_events
    where feature_id is not null
),

final as (
    select customer_id, feature_id, metric_date, count(*) as uses
    from dated
    group by customer_id, feature_id, metric_date
)

select * from final
