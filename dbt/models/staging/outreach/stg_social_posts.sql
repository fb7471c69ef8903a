with social_posts as (
    select * from {{ source('raw', 'social_posts') }}
),

final as (
    select
        post_id,
        date,
        channel,
        impressions,
        engagements,
        followers
    from social_posts
    where date <= {{ as_of() }}
)

select * from final
