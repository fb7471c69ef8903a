with features as (
    select * from {{ source('raw', 'features') }}
),

final as (
    select
        feature_id,
        name,
        category,
        min_plan_tier,
        released_at,
        release_version,
        {{ known_at('retired_at', 'retired_at') }} as retired_at
    from features
    where released_at is null or released_at < {{ as_of_end() }}
)

select * from final
