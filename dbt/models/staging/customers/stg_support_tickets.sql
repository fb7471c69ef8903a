-- How long a ticket took is known when it is resolved: at resolved_at, or, where that was not recorded, the
-- resolution time after it was opened. Both have to lie in the past, so that neither gives the other away.
with support_tickets as (
    select * from {{ source('raw', 'support_tickets') }}
),

timed as (
    select
        *,
        {{ dbt.dateadd('hour', 'resolution_time', 'coalesce(created_at, ' ~ utc_midnight('created_date') ~ ')') }}
            as expected_resolved_at
    from support_tickets
    where created_date <= {{ as_of() }}
),

masked as (
    select
        *,
        {{ known_at('resolved_at', 'resolved_at') }} as known_resolved_at,
        case
            when expected_resolved_at < {{ as_of_end() }}
                and (resolved_at is null or resolved_at < {{ as_of_end() }})
                then resolution_time
        end as known_resolution_time
    from timed
),

final as (
    select
        ticket_id,
        customer_id,
        created_date,
        created_at,
        priority,
        topic,
        user_id,
        known_resolution_time as resolution_time,
        known_resolved_at as resolved_at,
        known_resolution_time is null and known_resolved_at is null as is_open
    from masked
)

select * from final
