{{ config(materialized=var('marketing_materialized')) }}

with attribution_touchpoints as (
    select * from {{ source('marketing_raw', 'attribution_touchpoints') }}
),

final as (
    select
        touchpoint_id,
        session_id,
        user_id,
        campaign_id,
        channel,
        touchpoint_position,
        timestamp
    from attribution_touchpoints
    where timestamp < {{ as_of_end() }}
)

select * from final
