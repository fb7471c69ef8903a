with leads as (
    select * from {{ source('raw', 'leads') }}
),

final as (
    select
        lead_id,
        visitor_id,
        created_at,
        {{ known_at('mql_at', 'mql_at') }} as mql_at,
        {{ known_at('sql_at', 'sql_at') }} as sql_at,
        {{ known_at('converted_at', 'converted_at') }} as converted_at,
        source,
        campaign_id,
        score,
        {{ unless_known_later('customer_id', 'converted_at') }} as customer_id,
        {{ unless_known_later('opp_id', 'sql_at') }} as opp_id
    from leads
    where created_at < {{ as_of_end() }}
)

select * from final
