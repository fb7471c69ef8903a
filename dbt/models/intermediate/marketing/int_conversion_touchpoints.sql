{{ config(materialized='table') }}

-- A conversion's touchpoints are its user's, up to the moment of the conversion and not older than the look-back.
-- A conversion without any keeps one row, for the channel 'unattributed'.
with conversions as (
    select * from {{ ref('stg_conversions') }}
),

touchpoints as (
    select * from {{ ref('stg_attribution_touchpoints') }}
),

matched as (
    select
        conversions.conversion_id,
        conversions.timestamp as converted_at,
        conversions.conversion_value,
        touchpoints.touchpoint_id,
        touchpoints.campaign_id,
        touchpoints.timestamp as touched_at,
        touchpoints.touchpoint_position,
        case
            when touchpoints.touchpoint_id is null then 'unattributed' else coalesce(touchpoints.channel, 'unknown')
        end as channel
    from conversions
    left join touchpoints
        on conversions.user_id = touchpoints.user_id
        and touchpoints.timestamp <= conversions.timestamp
        and touchpoints.timestamp
        >= {{ dbt.dateadd('hour', var('attribution_lookback_days') * -24, 'conversions.timestamp') }}
),

final as (
    select
        conversion_id,
        converted_at,
        conversion_value,
        touchpoint_id,
        campaign_id,
        channel,
        touched_at,
        row_number() over (
            partition by conversion_id
            order by touched_at, touchpoint_position, touchpoint_id
        ) as touch_number,
        count(*) over (partition by conversion_id) as touch_count,
        {{ dbt.datediff('touched_at', 'converted_at', 'second') }} as seconds_before_conversion
    from matched
)

select * from final
