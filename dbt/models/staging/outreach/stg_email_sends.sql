with email_sends as (
    select * from {{ source('raw', 'email_sends') }}
),

final as (
    select
        message_id,
        campaign_id,
        recipient_id,
        sent_at,
        {{ known_at('delivered_at', 'delivered_at') }} as delivered_at,
        {{ known_at('opened_at', 'opened_at') }} as opened_at,
        {{ known_at('clicked_at', 'clicked_at') }} as clicked_at,
        {{ known_at('bounced_at', 'bounced_at') }} as bounced_at,
        {{ unless_known_later('machine_open', 'opened_at') }} as machine_open
    from email_sends
    where sent_at < {{ as_of_end() }}
)

select * from final
