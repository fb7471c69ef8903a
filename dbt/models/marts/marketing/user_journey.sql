{{ config(materialized=var('marketing_materialized')) }}

with visits as (
    select * from {{ ref('int_user_visits') }}
),

touches as (
    select * from {{ ref('int_user_touches') }}
),

conversions as (
    select * from {{ ref('stg_conversions') }}
),

source_watermarks as (
    select * from {{ ref('source_watermarks') }}
),

sources as (
    {{ pivot_watermarks(['marketing.sessions', 'marketing.attribution_touchpoints', 'marketing.conversions']) }}
),

purchases as (
    select
        user_id,
        min(timestamp) as first_conversion_at,
        count(*) as total_conversions,
        {{ to_money('coalesce(sum(conversion_value), 0)') }} as total_revenue
    from conversions
    group by user_id
),

visitors as (
    select user_id from visits
    union
    select user_id from touches
    union
    select user_id from purchases
),

final as (
    select
        visitors.user_id,
        visits.first_session_at,
        visits.last_session_at,
        visits.first_channel,
        visits.last_channel,
        {{ when_available('marketing.sessions', 'coalesce(visits.total_sessions, 0)') }} as total_sessions,
        {{ when_available('marketing.attribution_touchpoints', 'coalesce(touches.total_touchpoints, 0)') }}
            as total_touchpoints,
        {{ when_available('marketing.attribution_touchpoints', 'coalesce(touches.distinct_channels, 0)') }}
            as distinct_channels,
        touches.channel_path,
        cast({{ when_available('marketing.conversions', 'purchases.user_id is not null') }} as boolean) as has_converted,
        purchases.first_conversion_at,
        case
            when visits.first_session_at <= purchases.first_conversion_at
                then {{ days_between(utc_date('visits.first_session_at'), utc_date('purchases.first_conversion_at')) }}
        end as days_to_first_conversion,
        case when purchases.user_id is not null
            then {{ when_available(
                'marketing.attribution_touchpoints', 'coalesce(touches.touchpoints_before_first_conversion, 0)'
            ) }}
        end as touchpoints_before_first_conversion,
        {{ when_available('marketing.conversions', 'coalesce(purchases.total_conversions, 0)') }} as total_conversions,
        {{ when_available('marketing.conversions', to_money('coalesce(purchases.total_revenue, 0)')) }} as total_revenue
    from visitors
    left join visits on visitors.user_id = visits.user_id
    left join touches on visitors.user_id = touches.user_id
    left join purchases on visitors.user_id = purchases.user_id
    cross join sources
)

select * from final
