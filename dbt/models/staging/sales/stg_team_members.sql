with team_members as (
    select * from {{ source('raw', 'team_members') }}
),

final as (
    select
        member_id,
        name,
        email,
        slack_id,
        role,
        team,
        timezone,
        active_from,
        {{ known_date('active_to') }} as active_to,
        manager_id
    from team_members
    where active_from is null or active_from <= {{ as_of() }}
)

select * from final
