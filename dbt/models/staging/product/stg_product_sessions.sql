with product_sessions as (
    select * from {{ source('raw', 'product_sessions') }}
),

final as (
    select
        session_id,
        customer_id,
        user_id,
        started_at,
        {{ known_at('ended_at', 'ended_at') }} as ended_at,
        platform,
        app_version,
        {{ unless_known_later('page_views', 'ended_at') }} as page_views,
        {{ unless_known_later('request_count', 'ended_at') }} as request_count,
        {{ unless_known_later('error_count', 'ended_at') }} as error_count,
        {{ unless_known_later('crashed', 'ended_at') }} as crashed
    from product_sessions
    where started_at < {{ as_of_end() }}
)

select * from final
