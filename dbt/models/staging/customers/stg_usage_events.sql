with usage_events as (
    select * from {{ source('raw', 'usage_events') }}
),

final as (
    select
        event_id,
        customer_id,
        timestamp,
        event_type,
        feature_adoption_score,
        user_id,
        session_id,
        feature_id,
        quantity
    from usage_events
    where timestamp < {{ as_of_end() }}
)

select * from final
