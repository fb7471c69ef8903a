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

moments as (
    select
        *,
        coalesce(resolved_at, expected_resolved_at) as ends_at,
        greatest(resolved_at, expected_resolved_at) as timed_at
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
        case when resolution_time is not null then {{ known_at('resolution_time', 'timed_at') }} end as resolution_time,
        {{ known_at('resolved_at', 'resolved_at') }} as resolved_at,
        {{ known_at('ends_at', 'ends_at') }} as closed_at,
        case when resolution_time is not null then {{ known_at('timed_at', 'timed_at') }} end as resolution_time_known_at,
        cast({{ known_at('true', 'ends_at') }} is null as boolean) as is_open
    from moments
)

select * from final
