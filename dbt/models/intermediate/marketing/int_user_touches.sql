{{ config(materialized='table') }}

with touchpoints as (
    select * from {{ ref('stg_attribution_touchpoints') }}
),

conversions as (
    select * from {{ ref('stg_conversions') }}
),

purchases as (
    select user_id, min(timestamp) as first_conversion_at
    from conversions
    group by user_id
),

final as (
    select
        touchpoints.user_id,
        count(*) as total_touchpoints,
        count(distinct touchpoints.channel) as distinct_channels,
        count(case when touchpoints.timestamp <= purchases.first_conversion_at then 1 end)
            as touchpoints_before_first_conversion,
        {{ dbt.listagg(
            'touchpoints.channel', "' > '",
            'order by touchpoints.timestamp, touchpoints.touchpoint_position, touchpoints.touchpoint_id'
        ) }} as channel_path
    from touchpoints
    left join purchases on touchpoints.user_id = purchases.user_id
    group by touchpoints.user_id
)

select * from final
