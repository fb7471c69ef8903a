{{ config(materialized='table') }}

with usage_events as (
    select * from {{ ref('stg_usage_events') }}
),

product_sessions as (
    select * from {{ ref('stg_product_sessions') }}
),

final as (
    select
        product_sessions.platform,
        usage_events.customer_id,
        usage_events.user_id,
        usage_events.feature_id,
        {{ utc_date('usage_events.timestamp') }} as metric_date
    from usage_events
    inner join product_sessions on usage_events.session_id = product_sessions.session_id
    where usage_events.user_id is not null
        and usage_events.event_type <> 'api_call'
        and product_sessions.platform is not null
    group by
        product_sessions.platform,
        usage_events.customer_id,
        usage_events.user_id,
        usage_events.feature_id,
        {{ utc_date('usage_events.timestamp') }}
)

select * from final
