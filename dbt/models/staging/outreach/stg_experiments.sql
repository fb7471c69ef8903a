with experiments as (
    select * from {{ source('raw', 'experiments') }}
),

final as (
    select
        experiment_id,
        name,
        primary_metric,
        unit,
        start_at,
        {{ known_at('end_at', 'end_at') }} as end_at,
        planned_n
    from experiments
    where start_at is null or start_at < {{ as_of_end() }}
)

select * from final
