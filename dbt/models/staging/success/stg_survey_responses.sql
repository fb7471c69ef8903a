with survey_responses as (
    select * from {{ source('raw', 'survey_responses') }}
),

final as (
    select
        response_id,
        survey_type,
        customer_id,
        user_id,
        ticket_id,
        wave,
        sent_at,
        {{ known_at('responded_at', 'responded_at') }} as responded_at,
        {{ unless_known_later('score', 'responded_at') }} as score
    from survey_responses
    where sent_at < {{ as_of_end() }}
)

select * from final
