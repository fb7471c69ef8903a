{{ config(materialized=var('marketing_materialized')) }}

with sessions as (
    select * from {{ source('marketing_raw', 'sessions') }}
),

final as (
    select
        session_id,
        date,
        user_id,
        campaign_id,
        creative_id,
        channel,
        session_start,
        session_duration_sec,
        pages_viewed,
        device_type,
        country,
        year,
        month,
        day
    from sessions
    where session_start < {{ as_of_end() }}
)

select * from final
