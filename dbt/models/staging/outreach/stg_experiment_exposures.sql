with experiment_exposures as (
    select * from {{ source('raw', 'experiment_exposures') }}
),

final as (
    select
        experiment_id,
        unit_id,
        variant,
        exposed_at,
        {{ known_at('converted_at', 'converted_at') }} as converted_at,
        {{ unless_known_later('value', 'converted_at') }} as value
    from experiment_exposures
    where exposed_at < {{ as_of_end() }}
)

select * from final
