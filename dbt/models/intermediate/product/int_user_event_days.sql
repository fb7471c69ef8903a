{{ config(materialized='incremental', incremental_strategy='append', pre_hook='{{ forget_restated_users(this) }}') }}

-- Events are counted by row. An API call is nobody's use, even where a user is named. A session that began on a later
-- day says nothing of an event: on the day of the event nobody knew it.
with restated as (
    select * from {{ ref('int_restated_customers') }}
),

product_sessions as (
    select * from {{ ref('stg_product_sessions') }}
),

users as (
    select * from {{ ref('int_user_keys') }}
),

features as (
    select * from {{ ref('int_feature_keys') }}
),

usage_events as (
    {{ restated_rows(ref('stg_usage_events'), utc_date('timestamp')) }}
),

final as (
    select
        users.customer_key,
        users.user_key,
        features.feature_key,
        product_sessions.platform,
        {{ utc_date('usage_events.timestamp') }} as metric_date,
        cast(count(*) as integer) as events
    from usage_events
    inner join users on usage_events.customer_id = users.customer_id and usage_events.user_id = users.user_id
    left join features on usage_events.feature_id = features.feature_id
    left join product_sessions
        on usage_events.session_id = product_sessions.session_id
        and {{ utc_date('usage_events.timestamp') }} >= {{ utc_date('product_sessions.started_at') }}
    where usage_events.event_type <> 'api_call'
    group by
        users.customer_key,
        users.user_key,
        features.feature_key,
        product_sessions.platform,
        {{ utc_date('usage_events.timestamp') }}
)

select * from final
