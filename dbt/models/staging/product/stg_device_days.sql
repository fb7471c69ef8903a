with device_days as (
    select * from {{ source('raw', 'device_days') }}
),

final as (
    select
        device_id,
        day,
        uptime_minutes,
        expected_minutes,
        events,
        errors,
        volume
    from device_days
    where day <= {{ as_of() }}
)

select * from final
