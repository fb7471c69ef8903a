{{ config(materialized='table') }}

-- An integration without a name is one of its own. What was offered is what the customer's tier of that day included, as far
-- as it was released and not yet withdrawn at the moment.
with usage_events as (
    select * from {{ ref('stg_usage_events') }}
),

features as (
    select * from {{ ref('stg_features') }}
),

customer_tiers as (
    select * from {{ ref('int_customer_tiers') }}
),

plan_tiers as (
    select * from {{ ref('plan_tiers') }}
),

connections as (
    select
        customer_id,
        coalesce(feature_id, 'unnamed') as integration_id,
        min(timestamp) as connected_at
    from usage_events
    where event_type = 'integration_connect'
    group by customer_id, coalesce(feature_id, 'unnamed')
),

offers as (
    select
        features.feature_id,
        features.released_at,
        features.retired_at,
        coalesce(plan_tiers.tier_rank, 0) as tier_rank
    from features
    left join plan_tiers on features.min_plan_tier = plan_tiers.plan_tier
    where features.category = 'integration'
),

offered as (
    select
        connections.customer_id,
        connections.integration_id,
        count(offers.feature_id) as offered,
        count(earlier.integration_id) as connected
    from connections
    inner join customer_tiers
        on connections.customer_id = customer_tiers.customer_id
        and {{ utc_date('connections.connected_at') }} >= customer_tiers.valid_from
        and {{ utc_date('connections.connected_at') }} < customer_tiers.ends_on
    inner join offers
        on coalesce(customer_tiers.tier_rank, 0) >= offers.tier_rank
        and coalesce(offers.released_at <= connections.connected_at, true)
        and coalesce(offers.retired_at > connections.connected_at, true)
    left join connections as earlier
        on connections.customer_id = earlier.customer_id
        and offers.feature_id = earlier.integration_id
        and connections.connected_at >= earlier.connected_at
    group by connections.customer_id, connections.integration_id
),

final as (
    select
        connections.customer_id,
        connections.integration_id,
        connections.connected_at,
        coalesce(offered.connected, 0) as connected,
        coalesce(offered.offered, 0) as offered
    from connections
    left join offered
        on connections.customer_id = offered.customer_id
        and connections.integration_id = offered.integration_id
)

select * from final
