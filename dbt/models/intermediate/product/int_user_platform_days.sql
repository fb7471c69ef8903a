{{ config(materialized='table') }}

with product_sessions as (
    select * from {{ ref('stg_product_sessions') }}
),

feature_days as (
    select * from {{ ref('int_user_platform_feature_days') }}
),

seen as (
    select platform, customer_id, user_id, {{ utc_date('started_at') }} as metric_date, count(*) as sessions
    from product_sessions
    where user_id is not null and platform is not null
    group by platform, customer_id, user_id, {{ utc_date('started_at') }}
    union all
    select platform, customer_id, user_id, metric_date, 0
    from feature_days
),

final as (
    select platform, customer_id, user_id, metric_date, cast(sum(sessions) as integer) as sessions
    from seen
    group by platform, customer_id, user_id, metric_date
)

select * from final
