with devices as (
    select * from {{ source('raw', 'devices') }}
),

final as (
    select
        device_id,
        customer_id,
        device_type,
        installed_at,
        {{ known_at('retired_at', 'retired_at') }} as retired_at
    from devices
    where installed_at < {{ as_of_end() }}
)

select * from final
