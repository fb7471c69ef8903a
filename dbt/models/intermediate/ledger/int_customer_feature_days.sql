{{ config(materialized='incremental', incremental_strategy='append', pre_hook='{{ forget_restated(this) }}') }}

with restated as (
    select * from {{ ref('int_restated_customers') }}
),

usage_events as (
    {{ restated_rows(ref('stg_usage_events'), utc_date('timestamp')) }}
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
