with users as (
    select * from {{ source('raw', 'users') }}
),

final as (
    select
        user_id,
        customer_id,
        role,
        created_at,
        {{ known_at('activated_at', 'activated_at') }} as activated_at,
        {{ known_at('deactivated_at', 'deactivated_at') }} as deactivated_at
    from users
    where created_at < {{ as_of_end() }}
)

select * from final
