with success_goals as (
    select * from {{ source('raw', 'success_goals') }}
),

final as (
    select
        goal_id,
        customer_id,
        goal_type,
        name,
        unit,
        baseline_value,
        target_value,
        target_date,
        {{ known_at('achieved_at', 'achieved_at') }} as achieved_at,
        {{ unless_known_later('achieved_value', 'achieved_at') }} as achieved_value
    from success_goals
)

select * from final
